"""Cursors: how far polling has read, per source."""

import sqlalchemy as sa

from forgecrew.store.tables.base import Utc, metadata

cursor = sa.Table(
    "cursor",
    metadata,
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("at", Utc, nullable=False),
)
