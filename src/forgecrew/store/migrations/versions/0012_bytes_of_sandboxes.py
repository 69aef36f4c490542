"""Bytes that passed the doors of a sandbox."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.add_column("sandbox", sa.Column("bytes_in", sa.BigInteger(), nullable=True))
    op.add_column("sandbox", sa.Column("bytes_out", sa.BigInteger(), nullable=True))
