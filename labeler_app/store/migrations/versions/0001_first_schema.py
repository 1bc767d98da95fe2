"""The first schema"""

import sqlalchemy as sa
from alembic import op

Counter = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.CheckConstraint("kind IN ('human', 'oracle', 'import')", name=op.f("ck_person_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("name_key", name=op.f("uq_person_name_key")),
    )
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("config", sa.Text(), nullable=False),
        sa.Column("queue_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.CheckConstraint("kind IN ('image', 'text', 'table')", name=op.f("ck_project_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("name_key", name=op.f("uq_project_name_key")),
    )
    op.create_table(
        "worker_state",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("heartbeat", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_worker_state")),
    )
    op.create_table(
        "curve_point",
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("correct", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("unresolved", sa.Integer(), nullable=False),
        sa.Column("confusion", sa.Text(), server_default="", nullable=False),
        sa.Column("up_to_seq", Counter, nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_curve_point_project")),
        sa.PrimaryKeyConstraint("project", "version", name=op.f("pk_curve_point")),
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("new", sa.Integer(), server_default="0", nullable=False),
        sa.Column("duplicates", sa.Integer(), server_default="0", nullable=False),
        sa.Column("known", sa.Integer(), server_default="0", nullable=False),
        sa.Column("refused", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ignored", sa.Integer(), server_default="0", nullable=False),
        sa.Column("labels", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("started_at", sa.Float(), nullable=False),
        sa.Column("finished_at", sa.Float(), nullable=True),
        sa.CheckConstraint(
            "state IN ('requested', 'reading', 'done', 'refused', 'cancelled')",
            name=op.f("ck_import_run_state"),
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_import_run_person")),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_import_run_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_run_project"), ["project"], unique=False)

    op.create_table(
        "label_class",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_label_class_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_class")),
        sa.UniqueConstraint("project", "name_key", name=op.f("uq_label_class_project_name_key")),
    )
    op.create_table(
        "model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("up_to_seq", Counter, nullable=False),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("learner", sa.Text(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("scores", sa.Text(), server_default="", nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_model_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model")),
        sa.UniqueConstraint("project", "version", name=op.f("uq_model_project_version")),
    )
    op.create_table(
        "selection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("strategy", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("seed", Counter, nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_selection_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection")),
    )
    with op.batch_alter_table("selection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_selection_project"), ["project"], unique=False)

    op.create_table(
        "shard",
        sa.Column("id", Counter, nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_shard_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shard")),
        sa.UniqueConstraint(
            "project", "revision", "first", name=op.f("uq_shard_project_revision_first")
        ),
    )
    op.create_table(
        "trail",
        sa.Column("seq", Counter, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=True),
        sa.Column("project", sa.Integer(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_trail_person")),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_trail_project")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_trail")),
    )
    op.create_table(
        "worker_lease",
        sa.Column("project", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("heartbeat", sa.Float(), nullable=False),
        sa.Column("phase", sa.Text(), server_default="", nullable=False),
        sa.Column("phase_done", sa.Float(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_worker_lease_project")),
        sa.PrimaryKeyConstraint("project", name=op.f("pk_worker_lease")),
    )
    op.create_table(
        "import_problem",
        sa.Column("id", Counter, nullable=False),
        sa.Column("import_run", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_run"], ["import_run.id"], name=op.f("fk_import_problem_import_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_problem")),
    )
    with op.batch_alter_table("import_problem", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_import_problem_import_run"), ["import_run"], unique=False
        )

    op.create_table(
        "item",
        sa.Column("id", Counter, nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), server_default="", nullable=False),
        sa.Column("parent", Counter, nullable=True),
        sa.Column("import_run", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.CheckConstraint("kind IN ('image', 'text', 'table')", name=op.f("ck_item_kind")),
        sa.CheckConstraint(
            "state IN ('arriving', 'ready', 'missing', 'broken')", name=op.f("ck_item_state")
        ),
        sa.ForeignKeyConstraint(["import_run"], ["import_run.id"], name=op.f("fk_item_import_run")),
        sa.ForeignKeyConstraint(["parent"], ["item.id"], name=op.f("fk_item_parent")),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_item_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("project", "position", name=op.f("uq_item_project_position")),
        sa.UniqueConstraint("project", "sha256", name=op.f("uq_item_project_sha256")),
    )
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.create_index("ix_item_project_path", ["project", "root", "path"], unique=False)

    op.create_table(
        "audit",
        sa.Column("item", Counter, autoincrement=False, nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("ordinal", Counter, nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.CheckConstraint("part IN ('report', 'decide')", name=op.f("ck_audit_part")),
        sa.ForeignKeyConstraint(["item"], ["item.id"], name=op.f("fk_audit_item")),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_audit_project")),
        sa.PrimaryKeyConstraint("item", name=op.f("pk_audit")),
        sa.UniqueConstraint("project", "ordinal", name=op.f("uq_audit_project_ordinal")),
    )
    op.create_table(
        "audit_shadow",
        sa.Column("item", Counter, autoincrement=False, nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["item.id"], name=op.f("fk_audit_shadow_item")),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_audit_shadow_project")),
        sa.PrimaryKeyConstraint("item", name=op.f("pk_audit_shadow")),
    )
    with op.batch_alter_table("audit_shadow", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_shadow_project"), ["project"], unique=False)

    op.create_table(
        "current_label",
        sa.Column("item", Counter, autoincrement=False, nullable=False),
        sa.Column("annotator", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("seq", Counter, nullable=False),
        sa.ForeignKeyConstraint(
            ["annotator"], ["person.id"], name=op.f("fk_current_label_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["class_id"], ["label_class.id"], name=op.f("fk_current_label_class_id")
        ),
        sa.ForeignKeyConstraint(["item"], ["item.id"], name=op.f("fk_current_label_item")),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_current_label_project")),
        sa.PrimaryKeyConstraint("item", "annotator", name=op.f("pk_current_label")),
    )
    with op.batch_alter_table("current_label", schema=None) as batch_op:
        batch_op.create_index("ix_current_label_project_kind", ["project", "kind"], unique=False)

    op.create_table(
        "item_path",
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("item", Counter, nullable=False),
        sa.ForeignKeyConstraint(["item"], ["item.id"], name=op.f("fk_item_path_item")),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_item_path_project")),
        sa.PrimaryKeyConstraint("project", "root", "path", name=op.f("pk_item_path")),
    )
    with op.batch_alter_table("item_path", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_path_item"), ["item"], unique=False)

    op.create_table(
        "label_event",
        sa.Column("seq", Counter, nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("item", Counter, nullable=False),
        sa.Column("annotator", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("reverts", sa.Text(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("suggestion", sa.Boolean(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=True),
        sa.Column("shown_at", sa.Float(), nullable=True),
        sa.Column("decided_at", sa.Float(), nullable=True),
        sa.Column("stored_at", sa.Float(), nullable=False),
        sa.Column("selection", sa.Integer(), nullable=True),
        sa.Column("selected_as", sa.Text(), server_default="", nullable=False),
        sa.Column("propensity", sa.Float(), nullable=True),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "kind IN ('label', 'unsure', 'skip', 'flag', 'note', 'undo')",
            name=op.f("ck_label_event_kind"),
        ),
        sa.CheckConstraint(
            "origin IN ('human', 'imported', 'oracle', 'propagated', 'auto', 'synthetic-inherited')",
            name=op.f("ck_label_event_origin"),
        ),
        sa.ForeignKeyConstraint(
            ["annotator"], ["person.id"], name=op.f("fk_label_event_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["class_id"], ["label_class.id"], name=op.f("fk_label_event_class_id")
        ),
        sa.ForeignKeyConstraint(["item"], ["item.id"], name=op.f("fk_label_event_item")),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_label_event_project")),
        sa.ForeignKeyConstraint(
            ["selection"], ["selection.id"], name=op.f("fk_label_event_selection")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_label_event")),
        sa.UniqueConstraint("event_id", name=op.f("uq_label_event_event_id")),
    )
    with op.batch_alter_table("label_event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_label_event_annotator_project", ["annotator", "project", "seq"], unique=False
        )
        batch_op.create_index(
            "ix_label_event_item_annotator", ["item", "annotator", "seq"], unique=False
        )
        batch_op.create_index("ix_label_event_project_seq", ["project", "seq"], unique=False)

    op.create_table(
        "lease",
        sa.Column("item", Counter, autoincrement=False, nullable=False),
        sa.Column("annotator", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("desk", sa.Text(), server_default="", nullable=False),
        sa.Column("expires", sa.Float(), nullable=False),
        sa.Column("selection", sa.Integer(), nullable=True),
        sa.Column("selected_as", sa.Text(), nullable=False),
        sa.Column("propensity", sa.Float(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["annotator"], ["person.id"], name=op.f("fk_lease_annotator")),
        sa.ForeignKeyConstraint(["item"], ["item.id"], name=op.f("fk_lease_item")),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_lease_project")),
        sa.ForeignKeyConstraint(["selection"], ["selection.id"], name=op.f("fk_lease_selection")),
        sa.PrimaryKeyConstraint("item", "annotator", name=op.f("pk_lease")),
    )
    with op.batch_alter_table("lease", schema=None) as batch_op:
        batch_op.create_index("ix_lease_annotator_project", ["annotator", "project"], unique=False)

    op.create_table(
        "queue_entry",
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("item", Counter, nullable=False),
        sa.Column("selection", sa.Integer(), nullable=False),
        sa.Column("selected_as", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("propensity", sa.Float(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["item.id"], name=op.f("fk_queue_entry_item")),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_queue_entry_project")),
        sa.ForeignKeyConstraint(
            ["selection"], ["selection.id"], name=op.f("fk_queue_entry_selection")
        ),
        sa.PrimaryKeyConstraint("project", "rank", name=op.f("pk_queue_entry")),
        sa.UniqueConstraint("project", "item", name=op.f("uq_queue_entry_project_item")),
    )
    _forbid_changes_of_events()


def _forbid_changes_of_events() -> None:
    """Labels are append-only: the database itself refuses to change or delete one."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION label_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'label events are append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER label_event_append_only BEFORE UPDATE OR DELETE ON label_event "
            "FOR EACH ROW EXECUTE FUNCTION label_event_is_append_only()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER label_event_no_{change.lower()} BEFORE {change} ON label_event "
            "BEGIN SELECT RAISE(ABORT, 'label events are append-only'); END"
        )


def downgrade() -> None:
    raise RuntimeError("There is nothing before the first schema.")
