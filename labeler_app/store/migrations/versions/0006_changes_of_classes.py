"""Changes of classes: their log, colours and keys of their own, and labels asked again"""

import sqlalchemy as sa
from alembic import op

Counter = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _of_classes()
    _of_labels()
    _ask_again()


def downgrade() -> None:
    raise RuntimeError("Labels may have moved to other classes since: there is no way back.")


def _of_classes() -> None:
    op.add_column(
        "label_class", sa.Column("colour", sa.Integer(), server_default="1", nullable=False)
    )
    op.execute("UPDATE label_class SET colour = position % 8 + 1")
    op.add_column("label_class", sa.Column("key", sa.Text(), server_default="", nullable=False))
    _refer("label_class", "merged_into", sa.Integer(), "label_class", "id")
    op.create_table(
        "class_change",
        sa.Column("seq", Counter, nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("undoes", Counter, nullable=True),
        sa.Column("up_to_seq", Counter, nullable=False),
        sa.CheckConstraint(
            "kind IN ('add', 'rename', 'define', 'recolour', 'key', 'order', 'merge', 'split', "
            "'retire', 'bring back', 'undo')",
            name=op.f("ck_class_change_kind"),
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_class_change_person")),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_class_change_project")),
        sa.ForeignKeyConstraint(
            ["undoes"], ["class_change.seq"], name=op.f("fk_class_change_undoes")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_class_change")),
    )
    op.create_index("ix_class_change_project_seq", "class_change", ["project", "seq"])


def _of_labels() -> None:
    _refer("label_event", "said", sa.Integer(), "label_class", "id")
    _refer("label_event", "rewrites", Counter, "label_event", "seq")
    op.add_column("current_label", sa.Column("given", Counter, server_default="0", nullable=False))
    op.execute("UPDATE current_label SET given = seq")


def _ask_again() -> None:
    op.create_table(
        "ask_again",
        sa.Column("item", Counter, autoincrement=False, nullable=False),
        sa.Column("annotator", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("seq", Counter, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("change", Counter, nullable=False),
        sa.ForeignKeyConstraint(["annotator"], ["person.id"], name=op.f("fk_ask_again_annotator")),
        sa.ForeignKeyConstraint(["change"], ["class_change.seq"], name=op.f("fk_ask_again_change")),
        sa.ForeignKeyConstraint(["item"], ["item.id"], name=op.f("fk_ask_again_item")),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_ask_again_project")),
        sa.PrimaryKeyConstraint("item", "annotator", name=op.f("pk_ask_again")),
    )
    op.create_index("ix_ask_again_project_rank", "ask_again", ["project", "rank"])


def _refer(table: str, column: str, kind: sa.Integer, other: str, key: str) -> None:
    """Add a column that refers to a table, in one statement: SQLite knows no other way."""
    told = kind.compile(op.get_bind().dialect)
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} {told} "
        f"CONSTRAINT fk_{table}_{column} REFERENCES {other} ({key})"
    )
