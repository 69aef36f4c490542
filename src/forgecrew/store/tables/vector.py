"""Vectors by text and model, so that several models live side by side, and the texts that still wait for theirs.

Not called `vector`: in PostgreSQL a table takes its name as a type too, and pgvector needs that one.
"""

import sqlalchemy as sa

from forgecrew.store.tables.base import Utc, metadata

vector = sa.Table(
    "text_vector",
    metadata,
    sa.Column("text_hash", sa.String(32), primary_key=True),
    sa.Column("model_id", sa.String(100), primary_key=True),
    sa.Column("dim", sa.Integer, nullable=False),
    sa.Column("v16", sa.LargeBinary, nullable=False),
    sa.Column("bits", sa.LargeBinary, nullable=False),
)

vector_of_model = sa.Index("ix_text_vector_model", vector.c.model_id)

embedding_queue = sa.Table(
    "embedding_queue",
    metadata,
    sa.Column("text_hash", sa.String(32), primary_key=True),
    sa.Column("at", Utc, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("not_before", Utc),
)

waiting_longest = sa.Index("ix_embedding_queue_at", embedding_queue.c.at)
