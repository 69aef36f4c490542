"""Forgetting one event with every telling of the same texts, and texts at some places wherever they were told."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.errors import NotFound
from forgecrew.core.json import Json, as_object
from forgecrew.core.moment import utc_now
from forgecrew.memory.documents.forgetting import forget_documents
from forgecrew.memory.forgotten import Forgotten
from forgecrew.memory.scrub import FORGOTTEN, without_places
from forgecrew.memory.write_states import rework
from forgecrew.store.queries import forgetting, remembering
from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.entity import entity
from forgecrew.store.tables.event import event
from forgecrew.store.tables.fact import fact
from forgecrew.store.tables.relation import relation, telling


async def forget_event(connection: AsyncConnection, event_id: str, done: Forgotten) -> Sequence[str]:
    """Gives the places that are forgotten. Raises NotFound."""
    row = (await connection.execute(sa.select(event).where(event.c.id == event_id))).one_or_none()
    if row is None:
        raise NotFound(f"there is no event {event_id}: `forgecrew memory events OWNER/NAME#NUMBER` lists those of a thread")
    if file := as_object(row.payload.get("file")):
        done.add(await forget_documents(connection, [str(file.get("id"))], FORGOTTEN))
    thread = f"{row.repo}#{row.subject_number}" if row.subject_number else row.repo
    own = (chunk.c.event_id == event_id, chunk.c.source_key == f"{thread}/comment/{row.comment_id}")
    places = await forgetting.source_keys(connection, sa.or_(*own))
    await forget_places(connection, places, row.repo, row.subject_number, done)
    changed = await forgetting.told_of(connection, telling.c.event_id == event_id)
    done.add(await forgetting.remove_rows(connection, telling, telling.c.event_id == event_id))
    done.add(await forgetting.remove_rows(connection, relation, relation.c.event_id == event_id))
    done.add(await forgetting.remove_rows(connection, fact, fact.c.event_id == event_id))
    for entity_id, repo, readers in changed:
        await rework(connection, entity_id, (repo, readers), now=utc_now())
    emptied = await forgetting.scrub(connection, event.c.id == event_id, lambda _id, actor, _payload: (actor, FORGOTTEN))
    done.add({"event": emptied})
    # What other events of the thread tell as well is so still: they are taken in once more.
    same = (event.c.repo == row.repo, event.c.subject_number == row.subject_number, event.c.id != event_id)
    await remembering.again(connection, *same)
    return places


async def forget_places(connection: AsyncConnection, places: Sequence[str], repo: str, number: int, done: Forgotten) -> None:
    """Texts at some places of one thread, wherever they were told."""
    thread = f"{repo}#{number}" if number else repo
    rows = await connection.execute(
        sa.select(chunk.c.source_key, chunk.c.text).where(chunk.c.source_key.in_(places), chunk.c.kind == "review")
    )
    reviews = {row.text.strip() for row in rows}
    done.add(await forgetting.remove_chunks(connection, chunk.c.source_key.in_(places)))
    done.add(await forgetting.remove_rows(connection, fact, fact.c.source_key.in_(places)))
    if f"{thread}/body" in places:  # the title is called by in the name of the thread
        named = sa.update(entity).where(entity.c.kind == "issue", entity.c.key == thread).values(name=thread)
        await connection.execute(named)

    def change(_id: str, actor: str, payload: Json) -> tuple[str, Json]:
        return actor, without_places(payload, thread, repo, set(places), reviews)

    where = sa.and_(event.c.repo == repo, event.c.subject_number == number)
    done.add({"event": await forgetting.scrub(connection, where, change)})
