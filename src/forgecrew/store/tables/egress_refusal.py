"""Egress refusals: where sandboxes wanted to go and were not let, once per task and place."""

import sqlalchemy as sa

from forgecrew.store.tables.base import Utc, metadata

egress_refusal = sa.Table(
    "egress_refusal",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("task_id", sa.Integer, nullable=False),
    sa.Column("sandbox_id", sa.String(100), nullable=False),
    sa.Column("repo", sa.String(200), nullable=False),
    sa.Column("host", sa.String(260), nullable=False),
    sa.Column("port", sa.Integer, nullable=False),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("first_at", Utc, nullable=False),
    sa.Column("last_at", Utc, nullable=False),
    sa.UniqueConstraint("task_id", "sandbox_id", "host", "port", "reason", name="uq_egress_refusal"),
)
