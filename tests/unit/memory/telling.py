"""Events as a forge tells them, and a memory that has taken them in."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from forgecrew.core.event import Event, EventKind
from forgecrew.core.label import Integrity, Label
from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.memory.remember import Memory
from forgecrew.store.database import Database
from forgecrew.store.queries import events
from forgecrew.store.tables.chunk import chunk, mention
from forgecrew.store.tables.entity import entity
from forgecrew.store.tables.fact import fact
from forgecrew.store.tables.relation import relation, telling

REPO = RepoRef("acme", "tally")
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
ALL = Scope.of_repos(["acme/tally", "acme/secret"])


def at(minutes: float) -> datetime:
    """So many minutes after the beginning."""
    return AT + timedelta(minutes=minutes)


def told(
    kind: EventKind = "issue.edited", *, number: int = 1, minutes: float = 0, actor: str = "mia", repo: RepoRef = REPO,
    readers: str = "public", id: str = "", **payload: Any,
) -> Event:  # fmt: skip
    """One webhook about an issue, or about a pull request when its kind says so; number 0 is the repository."""
    about = Subject(repo, "repo" if not number else "pull" if kind.startswith("pull.") else "issue", number)
    label = Label(Integrity.STRANGER, readers)
    return Event("gitea", kind, id or f"{repo}{kind}{number}{minutes}", actor, about, at(minutes), payload, label)


async def keep(database: Database, found: Sequence[Event]) -> None:
    """Store events as the inbox does."""
    if found:
        async with database.write() as connection:
            await events.insert(connection, found)


async def remember(database: Database, found: Sequence[Event], *, own: Sequence[str] = ()) -> Memory:
    """Store events and take them in."""
    await keep(database, found)
    memory = Memory(database, own)
    while await memory.remember():
        pass
    return memory


async def counts(database: Database) -> dict[str, int]:
    """Rows per table of memory."""
    async with database.read() as connection:
        return {
            table.name: (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
            for table in (entity, relation, telling, fact, chunk, mention)
        }


async def rows(database: Database, table: sa.Table, *where: sa.ColumnElement[bool]) -> list[Any]:
    """Rows of a table, by id."""
    async with database.read() as connection:
        return list((await connection.execute(sa.select(table).where(*where).order_by(table.c.id))).all())
