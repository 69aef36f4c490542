"""Relations: rows with two times between entities, and the tellings from which those that change are worked out.

valid_from and valid_to are times of the world. recorded_at is when we learnt it, closed_at when we learnt that it ended, and
superseded_at when we learnt that it was never so.
"""

import sqlalchemy as sa

from forgecrew.store.tables.base import BIG, FLOAT, ID, JSON, Utc, metadata

relation = sa.Table(
    "relation",
    metadata,
    sa.Column("id", BIG, primary_key=True),
    sa.Column("src", BIG, nullable=False),
    sa.Column("kind", sa.String(30), nullable=False),
    sa.Column("dst", BIG, nullable=False),
    sa.Column("repo", sa.String(200), nullable=False),
    sa.Column("readers", sa.String(200), nullable=False),
    sa.Column("valid_from", Utc, nullable=False),
    sa.Column("valid_to", Utc),
    sa.Column("recorded_at", Utc, nullable=False),
    sa.Column("closed_at", Utc),
    sa.Column("superseded_at", Utc),
    sa.Column("event_id", ID, nullable=False),
    sa.Column("extractor", sa.String(40), nullable=False),
    sa.Column("confidence", FLOAT, nullable=False),
)

_LIVE = relation.c.superseded_at.is_(None)
_OPEN = sa.and_(relation.c.superseded_at.is_(None), relation.c.valid_to.is_(None))

from_source = sa.Index("ix_relation_from", relation.c.src, relation.c.kind, relation.c.dst,
                       sqlite_where=_LIVE, postgresql_where=_LIVE)  # fmt: skip
from_target = sa.Index("ix_relation_to", relation.c.dst, relation.c.kind, relation.c.src,
                       sqlite_where=_LIVE, postgresql_where=_LIVE)  # fmt: skip
one_open = sa.Index("uq_relation_open", relation.c.src, relation.c.kind, relation.c.dst, unique=True,
                    sqlite_where=_OPEN, postgresql_where=_OPEN)  # fmt: skip
relation_by_event = sa.Index("ix_relation_event", relation.c.event_id)
relation_by_repo = sa.Index("ix_relation_repo", relation.c.repo)

telling = sa.Table(
    "telling",
    metadata,
    sa.Column("id", BIG, primary_key=True),
    sa.Column("entity_id", BIG, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("event_id", ID, nullable=False),
    sa.Column("extractor", sa.String(40), nullable=False),
    sa.Column("told", JSON, nullable=False),
    sa.UniqueConstraint("entity_id", "event_id"),
)

telling_in_order = sa.Index("ix_telling_order", telling.c.entity_id, telling.c.at)
telling_by_event = sa.Index("ix_telling_event", telling.c.event_id)
