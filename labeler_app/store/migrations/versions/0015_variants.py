"""Variants of pictures, how they were reviewed, what they change; probe sets; expectations"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_audit_part"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_audit_part"), "part IN ('report', 'decide', 'probe')"
        )
    op.create_table(
        "probe",
        sa.Column("item", COUNTER, autoincrement=False, nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["item.id"], name=op.f("fk_probe_item")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_probe_person")),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_probe_project")),
        sa.PrimaryKeyConstraint("item", name=op.f("pk_probe")),
    )
    op.create_index("ix_probe_project", "probe", ["project"])
    op.create_table(
        "expectation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("axis", sa.Text(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("removed_at", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_expectation_person")),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_expectation_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expectation")),
    )
    op.create_index("ix_expectation_project", "expectation", ["project"])
    op.create_table(
        "making",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("recipe", sa.Text(), nullable=False),
        sa.Column("axis", sa.Text(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=True),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("pick", sa.Text(), nullable=False, server_default=""),
        sa.Column("seed", COUNTER, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("tried", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("told", sa.Text(), nullable=False, server_default=""),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.Float(), nullable=False),
        sa.Column("finished_at", sa.Float(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'working', 'done', 'cancelled', 'failed')",
            name=op.f("ck_making_ck_making_state"),
        ),
        sa.ForeignKeyConstraint(["class_id"], ["label_class.id"], name=op.f("fk_making_class_id")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_making_person")),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_making_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_making")),
    )
    op.create_index("ix_making_project", "making", ["project"])
    op.create_table(
        "variant",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("making", sa.Integer(), nullable=False),
        sa.Column("root", COUNTER, nullable=False),
        sa.Column("other", COUNTER, nullable=True),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("recipe", sa.Text(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("seed", COUNTER, nullable=False),
        sa.Column("versions", sa.Text(), nullable=False),
        sa.Column("axis", sa.Text(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("before", sa.Float(), nullable=True),
        sa.Column("after", sa.Float(), nullable=True),
        sa.Column("landed", sa.Boolean(), nullable=False),
        sa.Column("near", sa.Text(), nullable=False, server_default=""),
        sa.Column("margin", sa.Float(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["label_class.id"], name=op.f("fk_variant_class_id")),
        sa.ForeignKeyConstraint(["making"], ["making.id"], name=op.f("fk_variant_making")),
        sa.ForeignKeyConstraint(["other"], ["item.id"], name=op.f("fk_variant_other")),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_variant_project")),
        sa.ForeignKeyConstraint(["root"], ["item.id"], name=op.f("fk_variant_root")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variant")),
        sa.UniqueConstraint("project", "sha256", name=op.f("uq_variant_project_sha256")),
    )
    op.create_index("ix_variant_making", "variant", ["making"])
    op.create_index("ix_variant_other", "variant", ["other"])
    op.create_index("ix_variant_root", "variant", ["root"])
    op.create_table(
        "variant_review",
        sa.Column("seq", COUNTER, nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("variant", COUNTER, nullable=False),
        sa.Column("annotator", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('keep', 'reject', 'undo')",
            name=op.f("ck_variant_review_ck_variant_review_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["annotator"], ["person.id"], name=op.f("fk_variant_review_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["class_id"], ["label_class.id"], name=op.f("fk_variant_review_class_id")
        ),
        sa.ForeignKeyConstraint(
            ["project"], ["project.id"], name=op.f("fk_variant_review_project")
        ),
        sa.ForeignKeyConstraint(
            ["variant"], ["variant.id"], name=op.f("fk_variant_review_variant")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_variant_review")),
        sa.UniqueConstraint("event_id", name=op.f("uq_variant_review_event_id")),
    )
    op.create_index("ix_variant_review_project_seq", "variant_review", ["project", "seq"])
    op.create_index("ix_variant_review_variant", "variant_review", ["variant"])
    op.create_table(
        "lift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("recipe", sa.Text(), nullable=False),
        sa.Column("axis", sa.Text(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("reviews", COUNTER, nullable=False),
        sa.Column("up_to_seq", COUNTER, nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('proven', 'unprovable', 'harm')", name=op.f("ck_lift_ck_lift_verdict")
        ),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_lift_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lift")),
    )
    op.create_index("ix_lift_project", "lift", ["project"])
    op.create_table(
        "variant_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("recipe", sa.Text(), nullable=False),
        sa.Column("axis", sa.Text(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_variant_use_person")),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_variant_use_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variant_use")),
    )
    op.create_index("ix_variant_use_project", "variant_use", ["project"])


def downgrade() -> None:
    op.drop_table("variant_use")
    op.drop_table("lift")
    op.drop_table("variant_review")
    op.drop_table("variant")
    op.drop_table("making")
    op.drop_table("expectation")
    op.drop_table("probe")
    op.execute("DELETE FROM audit WHERE part = 'probe'")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_audit_part"), type_="check")
        batch_op.create_check_constraint(op.f("ck_audit_part"), "part IN ('report', 'decide')")
