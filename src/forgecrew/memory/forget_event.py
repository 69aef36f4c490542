"""Forgetting one event with every telling of the same texts."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.errors import NotFound
from forgecrew.core.json import as_object
from forgecrew.core.moment import utc_now
from forgecrew.memory.documents.forgetting import forget_documents
from forgecrew.memory.forget_places import forget_places
from forgecrew.memory.forgotten import Forgotten
from forgecrew.memory.scrub import FORGOTTEN
from forgecrew.memory.write_states import rework
from forgecrew.store.queries import forget_told, forgetting, remembering
from forgecrew.store.tables.chunk import chunk


async def forget_event(connection: AsyncConnection, event_id: str, done: Forgotten) -> Sequence[str]:
    """Gives the places that are forgotten. Raises NotFound."""
    row = await forget_told.told(connection, event_id)
    if row is None:
        raise NotFound(f"there is no event {event_id}: `forgecrew memory events OWNER/NAME#NUMBER` lists those of a thread")
    if file := as_object(row.payload.get("file")):
        done.add(await forget_documents(connection, [str(file.get("id"))], FORGOTTEN))
    thread = f"{row.repo}#{row.subject_number}" if row.subject_number else row.repo
    own = (chunk.c.event_id == event_id, chunk.c.source_key == f"{thread}/comment/{row.comment_id}")
    places = await forgetting.source_keys(connection, sa.or_(*own))
    await forget_places(connection, places, row.repo, row.subject_number, done)
    changed, removed = await forget_told.remove(connection, event_id)
    for counts in removed:
        done.add(counts)
    for entity_id, repo, readers in changed:
        await rework(connection, entity_id, (repo, readers), now=utc_now())
    this = forget_told.this(event_id)
    done.add({"event": await forgetting.scrub(connection, this, lambda _id, actor, _payload: (actor, FORGOTTEN))})
    # What other events of the thread tell as well is so still: they are taken in once more.
    await remembering.again(connection, forget_told.of_thread(row.repo, row.subject_number), ~this)
    return places
