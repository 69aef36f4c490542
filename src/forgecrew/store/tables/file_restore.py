"""Wishes to bring an earlier version back into a live workspace: asked for at a door, done by whoever has the workspace."""

import sqlalchemy as sa

from forgecrew.store.tables.base import ID, Utc, metadata

file_restore = sa.Table(
    "file_restore",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("task_id", sa.Integer, sa.ForeignKey("task.id"), nullable=False),
    sa.Column("path", sa.String(1000), nullable=False),
    sa.Column("version_id", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("problem", sa.Text, nullable=False, default=""),
    sa.Column("at", Utc, nullable=False),
)

by_state = sa.Index("ix_file_restore_state", file_restore.c.state)
