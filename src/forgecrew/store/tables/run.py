"""Runs: one attempt at a task; its id is the id of its workflow in the journal."""

import sqlalchemy as sa

from forgecrew.store.tables.base import ID, JSON, Utc, metadata

run = sa.Table(
    "run",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("task_id", sa.Integer, sa.ForeignKey("task.id"), nullable=False, index=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("worker_id", sa.String(100)),
    sa.Column("stage", sa.String(40), nullable=False, default=""),
    sa.Column("plan", JSON, nullable=False),
    sa.Column("outcome", sa.String(20)),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("steps", sa.Integer, nullable=False, default=0),
    sa.Column("prompt_tokens", sa.Integer, nullable=False, default=0),
    sa.Column("output_tokens", sa.Integer, nullable=False, default=0),
    sa.Column("prompt_tokens_max", sa.Integer, nullable=False, default=0),
    sa.Column("takeovers", sa.Integer, nullable=False, default=0),
    sa.Column("diff", sa.Text, nullable=False, default=""),
    sa.Column("started_at", Utc, nullable=False),
    sa.Column("progress_at", Utc, nullable=False),
    sa.Column("ended_at", Utc),
    sa.Column("remembered_at", Utc),
)

by_worker = sa.Index(
    "ix_run_open", run.c.worker_id, sqlite_where=run.c.ended_at.is_(None), postgresql_where=run.c.ended_at.is_(None)
)
unremembered = sa.Index("ix_run_unremembered", run.c.id, sqlite_where=run.c.remembered_at.is_(None),
                        postgresql_where=run.c.remembered_at.is_(None))  # fmt: skip
