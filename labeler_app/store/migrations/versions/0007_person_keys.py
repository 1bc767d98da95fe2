"""Keys that a person has chosen for commands and classes"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_key",
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_person_key_person")),
        sa.PrimaryKeyConstraint("person", "action", name=op.f("pk_person_key")),
    )


def downgrade() -> None:
    op.drop_table("person_key")
