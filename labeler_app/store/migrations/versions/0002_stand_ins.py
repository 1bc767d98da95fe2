"""Items that a grey picture stands in for"""

import sqlalchemy as sa
from alembic import op

Counter = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stand_in",
        sa.Column("item", Counter, autoincrement=False, nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("found", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["item.id"], name=op.f("fk_stand_in_item")),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_stand_in_project")),
        sa.PrimaryKeyConstraint("item", name=op.f("pk_stand_in")),
    )
    op.create_index(op.f("ix_stand_in_project"), "stand_in", ["project"])


def downgrade() -> None:
    op.drop_table("stand_in")
