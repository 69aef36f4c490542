"""Events: stored once, and found again."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.event import Event, EventKind
from forgecrew.core.ids import new_id
from forgecrew.core.json import Json
from forgecrew.core.label import Label
from forgecrew.core.moment import utc_now
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.store.queries.inserting import insert_many_new
from forgecrew.store.tables.event import event as table


def from_row(row: Any) -> Event:
    """One row of the table as the noun."""
    return Event(
        source=row.source, kind=row.kind, external_id=row.external_id, actor=row.actor,
        subject=Subject(RepoRef.parse(row.repo), row.subject_kind, row.subject_number), occurred_at=row.occurred_at,
        payload=row.payload, label=Label.parse(row.label),
    )  # fmt: skip


async def insert(connection: AsyncConnection, events: Sequence[Event]) -> list[bool]:
    """Store events in one statement; tells for each whether it is new."""
    now = utc_now()
    ids = sorted(new_id() for _ in events)  # in one millisecond only the random part differs: keep the order given
    rows: list[Json] = [
        {
            "id": id, "source": event.source, "kind": event.kind, "external_id": event.external_id,
            "content_hash": event.content_hash, "actor": event.actor, "repo": str(event.subject.repo),
            "subject_kind": event.subject.kind, "subject_number": event.subject.number, "payload": event.payload,
            "comment_id": comment_of(event), "label": str(event.label), "occurred_at": event.occurred_at, "stored_at": now,
        }
        for id, event in zip(ids, events, strict=True)
    ]  # fmt: skip
    stored = set(await insert_many_new(connection, table, rows, table.c.id))
    return [row["id"] in stored for row in rows]


async def of_subject(connection: AsyncConnection, subject: Subject, kinds: Sequence[EventKind]) -> list[Event]:
    """Events of some kinds about a subject, oldest first; issue and pull request of one number count as one."""
    query = sa.select(table).where(
        table.c.repo == str(subject.repo), table.c.subject_number == subject.number, table.c.kind.in_(kinds)
    )
    return [from_row(row) for row in await connection.execute(query.order_by(table.c.id))]


async def pushed_since(connection: AsyncConnection, after: str) -> list[tuple[str, str]]:
    """Repositories that were pushed to after an event, with the last such event of each, in the order of these."""
    last = sa.func.max(table.c.id)
    query = sa.select(table.c.repo, last.label("last")).where(table.c.id > after, table.c.kind == "push")
    return [(row.repo, row.last) for row in await connection.execute(query.group_by(table.c.repo).order_by(last))]


def comment_of(event: Event) -> int | None:
    """Id of the comment that an event tells of."""
    comment: Any = event.payload.get("comment")
    found: Any = comment.get("id") if isinstance(comment, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return found if isinstance(found, int) and 0 < found < 2**31 else None
