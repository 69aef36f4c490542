"""Documents: taken in once per repository, name and content, and shown."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.document import Document
from forgecrew.core.json import Json
from forgecrew.store.tables.document import document as table

SHOWN = [table.c[name] for name in Document.__dataclass_fields__]
"""All columns but the content."""


def from_row(row: Any) -> Document:
    """One row as the noun."""
    found = Document(**{name: getattr(row, name) for name in Document.__dataclass_fields__})
    return replace(found, notes=tuple(found.notes))


async def add(connection: AsyncConnection, document: Document, content: bytes) -> Document:
    """Keep it, waiting. The newest one of its name with the same content stays as it is, unless it was refused."""
    query = sa.select(*SHOWN).where(table.c.repo == document.repo, table.c.name == document.name)
    known = [from_row(row) for row in await connection.execute(query.order_by(table.c.at.desc(), table.c.id.desc()))]
    same = next((one for one in known if one.sha256 == document.sha256), None)
    if same is not None and same is known[0] and same.state in ("waiting", "kept"):
        return same
    values: Json = {
        "state": "waiting", "problem": "", "notes": [], "places": 0, "at": document.at, "read_at": None, "held_until": None,
        "sent_by": document.sent_by, "label": document.label, "kind": document.kind, "source": document.source,
        "content": content,
    }  # fmt: skip
    if same is not None:
        await connection.execute(sa.update(table).where(table.c.id == same.id).values(values))
        return await get(connection, same.id) or same
    named: Json = {name: getattr(document, name) for name in ("id", "repo", "name", "sha256", "bytes")}
    await connection.execute(sa.insert(table).values(values | named))
    return document


async def has_source(connection: AsyncConnection, source: str) -> bool:
    """Whether something was fetched from there, or was given up or forgotten."""
    return (await connection.execute(sa.select(table.c.id).where(table.c.source == source).limit(1))).first() is not None


async def get(connection: AsyncConnection, id: str) -> Document | None:
    """One document."""
    row = (await connection.execute(sa.select(*SHOWN).where(table.c.id == id))).one_or_none()
    return None if row is None else from_row(row)


async def content(connection: AsyncConnection, repo: str, name: str) -> bytes | None:
    """The bytes of the newest document of a name that is kept."""
    query = sa.select(table.c.content).where(table.c.repo == repo, table.c.name == name, table.c.state == "kept")
    return (await connection.execute(query.order_by(table.c.at.desc()).limit(1))).scalar_one_or_none()


async def listed(connection: AsyncConnection, repo: str = "", *, limit: int = 200) -> list[Document]:
    """Documents of one repository or of all, newest first, but those that were forgotten."""
    query = sa.select(*SHOWN).where(table.c.state != "forgotten")
    if repo:
        query = query.where(table.c.repo == repo)
    rows = await connection.execute(query.order_by(table.c.at.desc(), table.c.id.desc()).limit(limit))
    return [from_row(row) for row in rows]


async def ids(connection: AsyncConnection, *where: sa.ColumnElement[bool]) -> list[str]:
    """Ids of some documents that are not forgotten."""
    query = sa.select(table.c.id).where(table.c.state != "forgotten", *where)
    return list((await connection.execute(query.order_by(table.c.id))).scalars())


async def empty(connection: AsyncConnection, ids: Sequence[str]) -> int:
    """Take everything out of some rows but where they came from; gives how many."""
    values: Json = {
        "state": "forgotten", "name": "", "content": None, "sha256": table.c.id, "bytes": 0, "sent_by": "", "problem": "",
        "notes": [], "places": 0,
    }  # fmt: skip
    statement = sa.update(table).where(table.c.id.in_(ids), table.c.state != "forgotten").values(values)
    return (await connection.execute(statement)).rowcount
