"""How many labels of an import can be no class, and what is to be said of the others"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    count = sa.Column("unusable", sa.Integer(), nullable=False, server_default="0")
    op.add_column("import_run", count)
    op.add_column("import_run", sa.Column("notes", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("import_run", "notes")
    op.drop_column("import_run", "unusable")
