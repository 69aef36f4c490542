"""Commits of the branch that a repository is indexed by, and the files that each changed."""

import sqlalchemy as sa

from forgecrew.store.tables.base import BIG, Utc, metadata

code_commit = sa.Table(
    "code_commit",
    metadata,
    sa.Column("id", BIG, primary_key=True),
    sa.Column("repo_id", BIG, nullable=False),
    sa.Column("sha", sa.String(64), nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("author", sa.String(200), nullable=False),
    sa.Column("email", sa.String(200), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("files", sa.Integer, nullable=False),
    sa.UniqueConstraint("repo_id", "sha"),
)

code_touch = sa.Table(
    "code_touch",
    metadata,
    sa.Column("commit_id", BIG, primary_key=True, autoincrement=False),
    sa.Column("path", sa.String(1000), primary_key=True),
    sa.Column("change", sa.String(1), nullable=False),
    sa.Column("old_path", sa.String(1000), nullable=False),
    sqlite_with_rowid=False,
)

touch_by_path = sa.Index("ix_code_touch_path", code_touch.c.path, code_touch.c.commit_id)
