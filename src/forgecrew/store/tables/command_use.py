"""What commands used, per repository and shape: the last runs, and how many there were."""

import sqlalchemy as sa

from forgecrew.store.tables.base import JSON, Utc, metadata

command_use = sa.Table(
    "command_use",
    metadata,
    sa.Column("repo", sa.String(200), primary_key=True),
    sa.Column("shape", sa.String(80), primary_key=True),
    sa.Column("runs", sa.Integer, nullable=False),
    sa.Column("recent", JSON, nullable=False),
    sa.Column("at", Utc, nullable=False),
)
"""recent: the last runs, oldest first, each [profile, reason, memory bytes, wall seconds, CPU seconds]."""

by_age = sa.Index("ix_command_use_repo_at", command_use.c.repo, command_use.c.at)
