"""Audit: one row per effect and per refusal, each holding the hash of the row before."""

import sqlalchemy as sa

from forgecrew.store.tables.base import JSON, Utc, metadata

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Utc, nullable=False),
    sa.Column("what", sa.String(40), nullable=False),
    sa.Column("agent", sa.String(100), nullable=False),
    sa.Column("subject_key", sa.String(220), nullable=False),
    sa.Column("details", JSON, nullable=False),
    sa.Column("previous_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
