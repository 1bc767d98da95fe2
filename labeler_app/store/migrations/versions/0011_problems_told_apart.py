"""What an import could not read, told apart from labels that belong to nothing there"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    count = sa.Column("strangers", sa.Integer(), nullable=False, server_default="0")
    op.add_column("import_run", count)
    with op.batch_alter_table("import_problem", schema=None) as batch_op:
        kind = sa.Column("kind", sa.Text(), nullable=False, server_default="refused")
        batch_op.add_column(kind)
        batch_op.create_check_constraint(
            op.f("ck_import_problem_kind"), "kind IN ('refused', 'clash', 'stranger')"
        )


def downgrade() -> None:
    with op.batch_alter_table("import_problem", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_import_problem_kind"), type_="check")
        batch_op.drop_column("kind")
    op.drop_column("import_run", "strangers")
