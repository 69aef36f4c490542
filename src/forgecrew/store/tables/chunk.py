"""Chunks: texts of at most some 200 tokens, as they were said, and the entities that they mention.

source_key names the place (`owner/name#3/comment/9`), version the whole text that stood there. `live` is the newest version.
"""

import sqlalchemy as sa

from forgecrew.store.tables.base import BIG, ID, Utc, metadata

chunk = sa.Table(
    "chunk",
    metadata,
    sa.Column("id", BIG, primary_key=True),
    sa.Column("event_id", ID, nullable=False),
    sa.Column("entity_id", BIG, nullable=False),
    sa.Column("repo", sa.String(200), nullable=False),
    sa.Column("readers", sa.String(200), nullable=False),
    sa.Column("integrity", sa.SmallInteger, nullable=False),
    sa.Column("provenance", sa.String(10), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("source_key", sa.String(300), nullable=False),
    sa.Column("version", sa.String(32), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("live", sa.Boolean, nullable=False),
    sa.Column("thread_key", sa.String(300), nullable=False),
    sa.Column("author", sa.String(100), nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("told_at", Utc, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("identifiers", sa.Text, nullable=False),
    sa.Column("text_hash", sa.String(32), nullable=False),
    sa.Column("tokens", sa.Integer, nullable=False),
    sa.UniqueConstraint("source_key", "version", "seq"),
)

chunk_by_text = sa.Index("ix_chunk_text_hash", chunk.c.text_hash)
chunk_by_thread = sa.Index("ix_chunk_thread", chunk.c.thread_key, chunk.c.at)
chunk_by_event = sa.Index("ix_chunk_event", chunk.c.event_id)
chunk_by_entity = sa.Index("ix_chunk_entity", chunk.c.entity_id)
chunk_by_repo = sa.Index("ix_chunk_repo", chunk.c.repo)
chunk_by_author = sa.Index("ix_chunk_author", chunk.c.author)

mention = sa.Table(
    "mention",
    metadata,
    sa.Column("chunk_id", BIG, primary_key=True, autoincrement=False),
    sa.Column("entity_id", BIG, primary_key=True, autoincrement=False),
)

mention_of = sa.Index("ix_mention_entity", mention.c.entity_id, mention.c.chunk_id)
