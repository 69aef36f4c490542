"""Facts: one thing said about an entity, with its quote and two times; superseded, never changed.

Those that a model found also have the chunk that they were read in, its place and author, and the author's `standing`
(memory/facts/slot.py).
"""

import sqlalchemy as sa

from forgecrew.store.tables.base import BIG, FLOAT, ID, Utc, metadata

fact = sa.Table(
    "fact",
    metadata,
    sa.Column("id", BIG, primary_key=True),
    sa.Column("subject_id", BIG, nullable=False),
    sa.Column("predicate", sa.String(60), nullable=False),
    sa.Column("object_id", BIG),
    sa.Column("object_text", sa.Text, nullable=False),
    sa.Column("object_key", sa.String(64), nullable=False),
    sa.Column("repo", sa.String(200), nullable=False),
    sa.Column("readers", sa.String(200), nullable=False),
    sa.Column("integrity", sa.SmallInteger, nullable=False),
    sa.Column("valid_from", Utc, nullable=False),
    sa.Column("valid_to", Utc),
    sa.Column("recorded_at", Utc, nullable=False),
    sa.Column("superseded_at", Utc),
    sa.Column("superseded_by", BIG),
    sa.Column("event_id", ID, nullable=False),
    sa.Column("quote", sa.Text, nullable=False),
    sa.Column("extractor", sa.String(40), nullable=False),
    sa.Column("model", sa.String(200), nullable=False),
    sa.Column("confidence", FLOAT, nullable=False),
    sa.Column("chunk_id", BIG),
    sa.Column("source_key", sa.String(300), nullable=False, server_default=""),
    sa.Column("author", sa.String(100), nullable=False, server_default=""),
    sa.Column("standing", sa.SmallInteger, nullable=False, server_default="0"),
)

_LIVE = fact.c.superseded_at.is_(None)

one_live = sa.Index("uq_fact_live", fact.c.subject_id, fact.c.predicate, fact.c.object_key, unique=True,
                    sqlite_where=_LIVE, postgresql_where=_LIVE)  # fmt: skip
fact_by_event = sa.Index("ix_fact_event", fact.c.event_id)
fact_by_repo = sa.Index("ix_fact_repo", fact.c.repo)
fact_by_chunk = sa.Index("ix_fact_chunk", fact.c.chunk_id)
fact_by_source = sa.Index("ix_fact_source", fact.c.source_key)
fact_by_extractor = sa.Index("ix_fact_extractor", fact.c.extractor, fact.c.superseded_by)
