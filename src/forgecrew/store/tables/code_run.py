"""Code runs: programs that are run and mended; a row is claimed like a task and held by one worker at a time."""

import sqlalchemy as sa

from forgecrew.store.tables.base import ID, JSON, Utc, metadata

code_run = sa.Table(
    "code_run",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("program", JSON, nullable=False),
    sa.Column("goal", sa.Text, nullable=False, default=""),
    sa.Column("attempts_max", sa.Integer, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("outcome", sa.String(20)),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("stage", sa.String(60), nullable=False, default=""),
    sa.Column("live_log", sa.Text, nullable=False, default=""),
    sa.Column("stop_asked", sa.Boolean, nullable=False, default=False),
    sa.Column("worker_id", sa.String(100)),
    sa.Column("takeovers", sa.Integer, nullable=False, default=0),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("updated_at", Utc, nullable=False),
    sa.Column("ended_at", Utc),
)

by_state = sa.Index("ix_code_run_state", code_run.c.state, code_run.c.id)
