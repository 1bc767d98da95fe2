"""Indexes from which what every answer tells is counted at once"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

UNREADY = sa.text("state != 'ready'")


def upgrade() -> None:
    op.create_index(
        "ix_item_unready",
        "item",
        ["project", "position"],
        sqlite_where=UNREADY,
        postgresql_where=UNREADY,
    )
    op.drop_index("ix_current_label_project_kind", "current_label")
    op.create_index(
        "ix_current_label_counts",
        "current_label",
        ["project", "kind", "item", "class_id", "origin"],
    )


def downgrade() -> None:
    op.drop_index("ix_current_label_counts", "current_label")
    op.create_index("ix_current_label_project_kind", "current_label", ["project", "kind"])
    op.drop_index("ix_item_unready", "item")
