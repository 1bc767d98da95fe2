"""Rows that stand for several classes given together, in projects with several classes an item"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("label_class", sa.Column("members", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("label_class", "members")
