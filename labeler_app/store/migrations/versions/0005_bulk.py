"""What names the labels that were given together, so that one undo takes all of them back"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("label_event", sa.Column("bulk", sa.Text))
    op.create_index(op.f("ix_label_event_bulk"), "label_event", ["bulk"])


def downgrade() -> None:
    op.drop_index(op.f("ix_label_event_bulk"), "label_event")
    op.drop_column("label_event", "bulk")
