"""Bytes that intents refer to by their SHA-256: git bundles."""

import sqlalchemy as sa

from forgecrew.store.tables.base import Utc, metadata

blob = sa.Table(
    "blob",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("at", Utc, nullable=False),
)
