"""Which classes the desk of an answer knew, where items may have several"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("label_event", sa.Column("class_version", COUNTER, nullable=True))


def downgrade() -> None:
    op.drop_column("label_event", "class_version")
