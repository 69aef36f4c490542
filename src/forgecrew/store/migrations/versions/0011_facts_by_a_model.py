"""Where a fact was said, by whom, and how much its author could say."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Change the tables."""
    op.add_column("fact", sa.Column("chunk_id", BIG, nullable=True))
    op.add_column("fact", sa.Column("source_key", sa.String(length=300), server_default="", nullable=False))
    op.add_column("fact", sa.Column("author", sa.String(length=100), server_default="", nullable=False))
    op.add_column("fact", sa.Column("standing", sa.SmallInteger(), server_default="0", nullable=False))
    op.create_index("ix_fact_chunk", "fact", ["chunk_id"], unique=False)
    op.create_index("ix_fact_source", "fact", ["source_key"], unique=False)
    op.create_index("ix_fact_extractor", "fact", ["extractor", "superseded_by"], unique=False)
