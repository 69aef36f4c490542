"""Apps: what is hosted, for how long, and how it is; asked for by anybody, kept by the process `host`."""

import sqlalchemy as sa

from forgecrew.store.tables.base import ID, JSON, Utc, metadata

app = sa.Table(
    "app",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("name", sa.String(63), nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("owner", sa.String(100), nullable=False),
    sa.Column("repo", sa.String(200), nullable=False),
    sa.Column("task_id", sa.Integer, nullable=False),
    sa.Column("files_sha256", sa.String(64), nullable=False),
    sa.Column("command", JSON, nullable=False),
    sa.Column("port", sa.Integer, nullable=False),
    sa.Column("public", sa.Boolean, nullable=False),
    sa.Column("permanent", sa.Boolean, nullable=False),
    sa.Column("ttl_seconds", sa.Integer, nullable=False),
    sa.Column("idle_seconds", sa.Integer, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
    sa.Column("log", sa.Text, nullable=False),
    sa.Column("restarts", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("removal_asked", sa.Boolean, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("expires_at", Utc),
    sa.Column("ready_at", Utc),
)
"""Rows of expired and removed apps stay, without their files, so that their addresses answer 410."""

by_name = sa.Index("uq_app_name", app.c.name, unique=True)
by_state = sa.Index("ix_app_state", app.c.state)
by_task = sa.Index("ix_app_task_id", app.c.task_id)
