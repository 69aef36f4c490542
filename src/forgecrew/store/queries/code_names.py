"""Where names are defined, used and imported on a branch, and where a symbol that was cited stands now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.store.queries.code_asking import Branch, branch
from forgecrew.store.queries.scoped import visible
from forgecrew.store.tables.code_blob import blob_reference, blob_symbol
from forgecrew.store.tables.code_repo import code_ref, code_repo, code_tree


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
