"""Indexes on what refers to items, so that removing items need not read whole tables"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_item_parent"), "item", ["parent"])
    op.create_index(op.f("ix_queue_entry_item"), "queue_entry", ["item"])


def downgrade() -> None:
    op.drop_index(op.f("ix_queue_entry_item"), "queue_entry")
    op.drop_index(op.f("ix_item_parent"), "item")
