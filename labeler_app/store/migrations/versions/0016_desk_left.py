"""Pages of the desk that were closed: what they still ask for is not leased to them"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_left",
        sa.Column("annotator", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("left_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["annotator"], ["person.id"], name=op.f("fk_desk_left_annotator")),
        sa.PrimaryKeyConstraint("annotator", "desk", name=op.f("pk_desk_left")),
    )
    op.create_index(op.f("ix_desk_left_left_at"), "desk_left", ["left_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_desk_left_left_at"), table_name="desk_left")
    op.drop_table("desk_left")
