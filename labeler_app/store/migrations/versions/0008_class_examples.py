"""Items that people show as examples of a class"""

import sqlalchemy as sa
from alembic import op

Counter = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "class_example",
        sa.Column("seq", Counter, nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("item", Counter, nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("removed_at", sa.Float(), nullable=True),
        sa.Column("removed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["class_id"], ["label_class.id"], name=op.f("fk_class_example_class_id")
        ),
        sa.ForeignKeyConstraint(["item"], ["item.id"], name=op.f("fk_class_example_item")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_class_example_person")),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_class_example_project")),
        sa.ForeignKeyConstraint(
            ["removed_by"], ["person.id"], name=op.f("fk_class_example_removed_by")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_class_example")),
    )
    op.create_index("ix_class_example_project", "class_example", ["project"])
    op.create_index("ix_class_example_item", "class_example", ["item"])


def downgrade() -> None:
    op.drop_table("class_example")
