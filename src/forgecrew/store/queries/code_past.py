"""Questions to the history of an indexed repository: which commits changed a file, and what changed together with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.store.queries.code_asking import Branch
from forgecrew.store.tables.code_commit import code_commit, code_touch

TOGETHER_MAX = 20
"""A commit that changes more files tells nothing of what belongs together."""
NEWEST = 400


@dataclass(frozen=True, slots=True)
class Change:
    """One commit that changed a file: added (A), modified (M), deleted (D) or renamed (R, from `old_path`)."""

    sha: str
    at: datetime
    author: str
    email: str
    subject: str
    change: str
    old_path: str


async def of_path(connection: AsyncConnection, of: Branch, path: str, *, before: datetime | None, limit: int) -> list[Change]:
    """Commits that changed a file under this name, newest first."""
    query = sa.select(code_commit, code_touch.c.change, code_touch.c.old_path).join(
        code_touch, code_touch.c.commit_id == code_commit.c.id
    )
    query = query.where(code_touch.c.path == path, code_commit.c.repo_id == of.repo_id)
    if before is not None:
        query = query.where(code_commit.c.at <= before)
    rows = await connection.execute(query.order_by(code_commit.c.at.desc(), code_commit.c.id.desc()).limit(limit))
    return [Change(row.sha, row.at, row.author, row.email, row.subject, row.change, row.old_path) for row in rows]


async def together(connection: AsyncConnection, of: Branch, path: str, *, limit: int) -> list[tuple[str, int, float]]:
    """(path, commits, weight) of what the newest commits changed together with a file; one of few files counts more."""
    chosen = (
        sa.select(code_commit.c.id, code_commit.c.files)
        .join(code_touch, code_touch.c.commit_id == code_commit.c.id)
        .where(code_touch.c.path == path, code_commit.c.repo_id == of.repo_id)
        .where(code_commit.c.files > 1, code_commit.c.files <= TOGETHER_MAX)
        .order_by(code_commit.c.at.desc())
        .limit(NEWEST)
        .subquery()
    )
    commits, weight = sa.func.count(), sa.func.sum(1.0 / (chosen.c.files - 1))
    query = (
        sa.select(code_touch.c.path, commits.label("commits"), weight.label("weight"))
        .join(chosen, chosen.c.id == code_touch.c.commit_id)
        .where(code_touch.c.path != path)
        .group_by(code_touch.c.path)
        .order_by(weight.desc(), code_touch.c.path)
        .limit(limit)
    )
    return [(row.path, row.commits, float(row.weight)) for row in await connection.execute(query)]


async def changes(connection: AsyncConnection, of: Branch, *, limit: int) -> list[tuple[str, tuple[str, ...]]]:
    """(subject, paths) of the newest commits that changed up to TOGETHER_MAX files, newest first."""
    newest = (
        sa.select(code_commit.c.id, code_commit.c.subject)
        .where(code_commit.c.repo_id == of.repo_id, code_commit.c.files > 0, code_commit.c.files <= TOGETHER_MAX)
        .order_by(code_commit.c.at.desc(), code_commit.c.id.desc())
        .limit(limit)
    )
    rows: Sequence[Any] = (await connection.execute(newest)).all()
    paths: dict[int, list[str]] = {row.id: [] for row in rows}
    chosen = newest.subquery()
    query = sa.select(code_touch.c.commit_id, code_touch.c.path).join(chosen, chosen.c.id == code_touch.c.commit_id)
    for row in await connection.execute(query):
        paths.setdefault(row.commit_id, []).append(row.path)
    return [(row.subject, tuple(sorted(paths[row.id]))) for row in rows]
