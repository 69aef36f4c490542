"""Repositories whose code is indexed, their branches, and which content stands at which path of a branch.

readers is who may read the repository, as in all of memory. A repository is due when wanted_at is later than indexed_at;
busy_until is the lease of the process that indexes it.
"""

import sqlalchemy as sa

from forgecrew.store.tables.base import BIG, Utc, metadata

code_repo = sa.Table(
    "code_repo",
    metadata,
    sa.Column("id", BIG, primary_key=True),
    sa.Column("repo", sa.String(200), nullable=False, unique=True),
    sa.Column("readers", sa.String(200), nullable=False),
    sa.Column("branch", sa.String(250), nullable=False),
    sa.Column("wanted_at", Utc, nullable=False),
    sa.Column("indexed_at", Utc),
    sa.Column("busy_until", Utc),
    sa.Column("not_before", Utc),
    sa.Column("problem", sa.Text),
)

code_ref = sa.Table(
    "code_ref",
    metadata,
    sa.Column("id", BIG, primary_key=True),
    sa.Column("repo_id", BIG, nullable=False),
    sa.Column("ref", sa.String(250), nullable=False),
    sa.Column("commit_sha", sa.String(64), nullable=False),
    sa.Column("indexed_version", sa.Integer, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.UniqueConstraint("repo_id", "ref"),
)

code_tree = sa.Table(
    "code_tree",
    metadata,
    sa.Column("ref_id", BIG, primary_key=True, autoincrement=False),
    sa.Column("path", sa.String(1000), primary_key=True),
    sa.Column("blob_id", BIG, nullable=False),
    sqlite_with_rowid=False,
)

tree_by_blob = sa.Index("ix_code_tree_blob", code_tree.c.blob_id)
