"""Versions of files that agents changed: one row per change, its bytes as a blob inside a git bundle."""

import sqlalchemy as sa

from forgecrew.store.tables.base import ID, Utc, metadata

file_version = sa.Table(
    "file_version",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("task_id", sa.Integer, sa.ForeignKey("task.id"), nullable=False),
    sa.Column("path", sa.String(1000), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("mode", sa.String(6), nullable=False),
    sa.Column("blob", sa.String(64), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("bundle", sa.String(64), nullable=False),
    sa.Column("from_path", sa.String(1000), nullable=False),
    sa.Column("run_id", ID, nullable=False),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("author", sa.String(100), nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.UniqueConstraint("task_id", "path", "version"),
)
