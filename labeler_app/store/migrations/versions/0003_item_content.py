"""Texts and rows kept in the database"""

import sqlalchemy as sa
from alembic import op

Counter = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "item_content",
        sa.Column("item", Counter, autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["item.id"], name=op.f("fk_item_content_item")),
        sa.PrimaryKeyConstraint("item", name=op.f("pk_item_content")),
    )


def downgrade() -> None:
    op.drop_table("item_content")
