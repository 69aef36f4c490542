"""Questions to the index of code, each bound to one branch of a repository that its asker may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.label import Integrity
from forgecrew.core.scope import Scope
from forgecrew.store.queries.scoped import visible
from forgecrew.store.tables.code_blob import blob_reference, blob_symbol, code_blob
from forgecrew.store.tables.code_repo import code_ref, code_repo, code_tree


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch that may be asked: the numbers of its repository and of itself, its readers, since when it is at its commit."""

    repo_id: int
    repo: str
    ref_id: int
    ref: str
    commit: str
    readers: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a symbol is defined; lines count from 1."""

    path: str
    name: str
    qualname: str
    kind: str
    start_line: int
    end_line: int
    signature: str
    text_hash: str


@dataclass(frozen=True, slots=True)
class Use:
    """A file that names something: the first line where it does, and how often."""

    path: str
    kind: str
    name: str
    line: int
    count: int


async def branch(connection: AsyncConnection, scope: Scope, repo: str, ref: str = "") -> Branch | None:
    """The branch of a repository, its own when none is named; None when it is not indexed or the scope hides it.

    What was merged counts as merged; another branch may be by anybody.
    """
    query = (
        sa.select(code_repo, code_ref.c.id.label("ref_id"), code_ref.c.ref, code_ref.c.commit_sha, code_ref.c.at)
        .join(code_ref, code_ref.c.repo_id == code_repo.c.id)
        .where(code_repo.c.repo == repo, visible(code_repo, scope), code_ref.c.commit_sha != "")
        .where(code_ref.c.ref == (ref or code_repo.c.branch))
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    trusted = Integrity.MERGED if row.ref == row.branch else Integrity.STRANGER
    if trusted < scope.integrity_min:
        return None
    return Branch(row.id, repo, row.ref_id, row.ref, row.commit_sha, row.readers, row.at)


async def repos(connection: AsyncConnection, scope: Scope) -> list[str]:
    """Indexed repositories that the scope allows."""
    query = sa.select(code_repo.c.repo).where(visible(code_repo, scope)).order_by(code_repo.c.repo)
    return list((await connection.execute(query)).scalars())


async def all_repos(connection: AsyncConnection) -> list[str]:
    """All indexed repositories: for the operator, who reads the database anyway."""
    return list((await connection.execute(sa.select(code_repo.c.repo))).scalars())


async def defined(connection: AsyncConnection, of: Branch, name: str, *, limit: int = 50) -> list[Definition]:
    """Symbols of a name, by itself or with what it lies in (`Class.method`)."""
    tail = name.rpartition(".")[2]
    query = _symbols(of).where(blob_symbol.c.name == tail, blob_symbol.c.kind != "module")
    if tail != name:
        ends = blob_symbol.c.qualname.endswith(f".{name}", autoescape=True)
        query = query.where(sa.or_(blob_symbol.c.qualname == name, ends))
    return [_definition(row) for row in await connection.execute(query.order_by(code_tree.c.path).limit(limit))]


async def inside(connection: AsyncConnection, of: Branch, path: str) -> list[Definition]:
    """Symbols of a file in order."""
    query = _symbols(of).where(code_tree.c.path == path, blob_symbol.c.kind != "module").order_by(blob_symbol.c.seq)
    return [_definition(row) for row in await connection.execute(query)]


async def cited(connection: AsyncConnection, scope: Scope, blob_id: int, seq: int) -> tuple[Branch, Definition] | None:
    """A symbol of a content where it stands now on a repository's own branch, if the scope allows one such repository."""
    query = (
        sa.select(code_repo.c.repo, code_tree.c.path)
        .join(code_ref, sa.and_(code_ref.c.repo_id == code_repo.c.id, code_ref.c.ref == code_repo.c.branch))
        .join(code_tree, code_tree.c.ref_id == code_ref.c.id)
        .where(code_tree.c.blob_id == blob_id, visible(code_repo, scope))
    )
    row = (await connection.execute(query.order_by(code_repo.c.repo, code_tree.c.path).limit(1))).one_or_none()
    of = await branch(connection, scope, row.repo) if row else None
    if row is None or of is None:
        return None
    symbols = _symbols(of).where(blob_symbol.c.blob_id == blob_id, blob_symbol.c.seq == seq, code_tree.c.path == row.path)
    found = (await connection.execute(symbols)).one_or_none()
    return (of, _definition(found)) if found else None


async def used(connection: AsyncConnection, of: Branch, kind: str, name: str, *, limit: int = 100) -> list[Use]:
    """Files that call, import or extend exactly a name, those that do so most first."""
    query = _uses(of).where(blob_reference.c.kind == kind, blob_reference.c.name == name)
    rows = await connection.execute(query.order_by(blob_reference.c.count.desc(), code_tree.c.path).limit(limit))
    return [_use(row) for row in rows]


async def importing(connection: AsyncConnection, of: Branch, words: Sequence[str]) -> list[Use]:
    """Imports that hold one of some words."""
    like = sa.or_(*(blob_reference.c.name.contains(word, autoescape=True) for word in words))
    query = _uses(of).where(blob_reference.c.kind == "imports", like)
    return [_use(row) for row in await connection.execute(query.order_by(code_tree.c.path))]


async def imported_by_file(connection: AsyncConnection, of: Branch, path: str) -> list[str]:
    """What a file imports, as it names it."""
    query = _uses(of).where(blob_reference.c.kind == "imports", code_tree.c.path == path)
    return [row.name for row in await connection.execute(query.order_by(blob_reference.c.line, blob_reference.c.name))]


async def paths(connection: AsyncConnection, of: Branch) -> list[str]:
    """All sources of a branch."""
    query = sa.select(code_tree.c.path).where(code_tree.c.ref_id == of.ref_id).order_by(code_tree.c.path)
    return list((await connection.execute(query)).scalars())


async def contents(connection: AsyncConnection, of: Branch) -> dict[str, int]:
    """Ids of contents by path."""
    query = sa.select(code_tree.c.path, code_tree.c.blob_id).where(code_tree.c.ref_id == of.ref_id).order_by(code_tree.c.path)
    return {row.path: row.blob_id for row in await connection.execute(query)}


async def words_of(connection: AsyncConnection, blob_ids: Sequence[int]) -> dict[int, bytes]:
    """Packed words of contents by id; ids come out of `contents`."""
    found: dict[int, bytes] = {}
    for start in range(0, len(blob_ids), 400):
        query = sa.select(code_blob.c.id, code_blob.c.words).where(code_blob.c.id.in_(blob_ids[start : start + 400]))
        found |= {row.id: row.words for row in await connection.execute(query)}
    return found


async def symbols_of(connection: AsyncConnection, blob_ids: Sequence[int]) -> dict[int, list[Any]]:
    """Rows of symbols of contents by id, in order."""
    found: dict[int, list[Any]] = {}
    for start in range(0, len(blob_ids), 400):
        query = sa.select(blob_symbol).where(blob_symbol.c.blob_id.in_(blob_ids[start : start + 400]))
        for row in await connection.execute(query.order_by(blob_symbol.c.blob_id, blob_symbol.c.seq)):
            found.setdefault(row.blob_id, []).append(row)
    return found


def _symbols(of: Branch) -> sa.Select[Any]:
    query = sa.select(code_tree.c.path, blob_symbol).join(blob_symbol, blob_symbol.c.blob_id == code_tree.c.blob_id)
    return query.where(code_tree.c.ref_id == of.ref_id)


def _uses(of: Branch) -> sa.Select[Any]:
    query = sa.select(code_tree.c.path, blob_reference).join(blob_reference, blob_reference.c.blob_id == code_tree.c.blob_id)
    return query.where(code_tree.c.ref_id == of.ref_id)


def _definition(row: Any) -> Definition:
    return Definition(
        row.path, row.name, row.qualname, row.kind, row.start_line, row.end_line, row.signature, row.text_hash
    )  # fmt: skip


def _use(row: Any) -> Use:
    # A row is a tuple, which has a method `count`: the column is read by its own name.
    return Use(row.path, row.kind, row.name, row.line, row._mapping["count"])
