"""Items of the pool that a person wants labeled before all others"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ask_first",
        sa.Column("item", COUNTER, autoincrement=False, nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("propensity", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["item.id"], name=op.f("fk_ask_first_item")),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_ask_first_project")),
        sa.PrimaryKeyConstraint("item", name=op.f("pk_ask_first")),
    )
    op.create_index("ix_ask_first_project_rank", "ask_first", ["project", "rank"])


def downgrade() -> None:
    op.drop_index("ix_ask_first_project_rank", table_name="ask_first")
    op.drop_table("ask_first")
