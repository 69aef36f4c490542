"""Tables of memory search."""

import sqlalchemy as sa
from alembic import op

from forgecrew.store.tables import chunk_text

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "embedding_queue",
        sa.Column("text_hash", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("text_hash", name=op.f("pk_embedding_queue")),
    )
    op.create_index("ix_embedding_queue_at", "embedding_queue", ["at"], unique=False)
    op.create_table(
        "fusion_weight",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("feature", sa.String(length=60), nullable=False),
        sa.Column("w", sa.Float(), nullable=False),
        sa.Column("trained_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "feature", name=op.f("pk_fusion_weight")),
    )
    op.create_table(
        "recall_log",
        sa.Column("id", BIG, nullable=False),
        sa.Column("run_id", sa.String(length=26), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("picked", sa.JSON(), nullable=False),
        sa.Column("cited", sa.JSON(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("milliseconds", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_log")),
    )
    op.create_index("ix_recall_log_run", "recall_log", ["run_id"], unique=False)
    op.create_table(
        "text_vector",
        sa.Column("text_hash", sa.String(length=32), nullable=False),
        sa.Column("model_id", sa.String(length=100), nullable=False),
        sa.Column("dim", sa.Integer(), nullable=False),
        sa.Column("v16", sa.LargeBinary(), nullable=False),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("text_hash", "model_id", name=op.f("pk_text_vector")),
    )
    op.create_index("ix_text_vector_model", "text_vector", ["model_id"], unique=False)
    chunk_text.make(op.get_bind())
