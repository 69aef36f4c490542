"""What was recalled, so that a person can see why, and the weights by which it was put in order."""

import sqlalchemy as sa

from forgecrew.store.tables.base import BIG, FLOAT, ID, JSON, Utc, metadata

recall_log = sa.Table(
    "recall_log",
    metadata,
    sa.Column("id", BIG, primary_key=True),
    sa.Column("run_id", ID, nullable=False),
    sa.Column("query", sa.Text, nullable=False),
    sa.Column("picked", JSON, nullable=False),
    sa.Column("cited", JSON, nullable=False),
    sa.Column("tokens", sa.Integer, nullable=False),
    sa.Column("milliseconds", FLOAT, nullable=False),
    sa.Column("at", Utc, nullable=False),
)

recall_by_run = sa.Index("ix_recall_log_run", recall_log.c.run_id)

fusion_weight = sa.Table(
    "fusion_weight",
    metadata,
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("feature", sa.String(60), primary_key=True),
    sa.Column("w", FLOAT, nullable=False),
    sa.Column("trained_at", Utc, nullable=False),
)
