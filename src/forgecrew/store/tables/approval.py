"""Approvals: a person's yes or no to one exact intent, bound to its hash."""

import sqlalchemy as sa

from forgecrew.store.tables.base import ID, Utc, metadata

approval = sa.Table(
    "approval",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("intent_id", ID, sa.ForeignKey("intent.id"), nullable=False, index=True),
    sa.Column("intent_hash", sa.String(64), nullable=False),
    sa.Column("person", sa.String(100), nullable=False),
    sa.Column("verdict", sa.String(10), nullable=False),
    sa.Column("at", Utc, nullable=False),
)
