"""Steps: what a run did, as people see it live."""

import sqlalchemy as sa

from forgecrew.store.tables.base import FLOAT, ID, Utc, metadata

step = sa.Table(
    "step",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run_id", ID, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("stage", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("thought", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("observation", sa.Text, nullable=False),
    sa.Column("prompt_tokens", sa.Integer, nullable=False),
    sa.Column("output_tokens", sa.Integer, nullable=False),
    sa.Column("seconds", FLOAT, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.UniqueConstraint("run_id", "number"),
)
