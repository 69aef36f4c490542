"""Attempts of code runs: the files that were run, how they came about, what the run gave."""

import sqlalchemy as sa

from forgecrew.store.tables.base import FLOAT, ID, JSON, Utc, metadata

code_attempt = sa.Table(
    "code_attempt",
    metadata,
    sa.Column("code_run_id", ID, sa.ForeignKey("code_run.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("files", JSON, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("diff", sa.Text, nullable=False),
    sa.Column("prompt_tokens", sa.Integer, nullable=False),
    sa.Column("output_tokens", sa.Integer, nullable=False),
    sa.Column("exit_code", sa.Integer),
    sa.Column("reason", sa.String(20), nullable=False, default="exit"),
    sa.Column("log", sa.Text, nullable=False, default=""),
    sa.Column("error", JSON),
    sa.Column("seconds", FLOAT, nullable=False, default=0.0),
    sa.Column("started_at", Utc, nullable=False),
    sa.Column("ended_at", Utc),
)
