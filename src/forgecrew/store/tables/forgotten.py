"""Tombstones: what a person asked memory to forget, so that nothing brings it back."""

import sqlalchemy as sa

from forgecrew.store.tables.base import BIG, Utc, metadata

forgotten = sa.Table(
    "forgotten",
    metadata,
    sa.Column("id", BIG, primary_key=True),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("key", sa.String(300), nullable=False),
    sa.Column("asked_by", sa.String(100), nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.UniqueConstraint("kind", "key"),
)
