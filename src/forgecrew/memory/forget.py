"""Forgetting by event, person, repository or document: texts, full text, vectors, facts and relations go, a tombstone stays."""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.errors import NotFound
from forgecrew.core.moment import utc_now
from forgecrew.memory.documents.forgetting import forget_documents
from forgecrew.memory.facts.settle import settle_again
from forgecrew.memory.forget_event import forget_event
from forgecrew.memory.forget_person import forget_person
from forgecrew.memory.forget_repo import forget_repo
from forgecrew.memory.forgotten import Forgotten
from forgecrew.memory.prove_forgotten import left_of
from forgecrew.memory.scrub import FORGOTTEN
from forgecrew.store.queries import documents, tombstones
from forgecrew.store.tables.document import document

What = Literal["event", "person", "repo", "document"]


async def forget(connection: AsyncConnection, what: What, key: str, *, asked_by: str) -> Forgotten:
    """Forget in one transaction, and count what is left. Raises NotFound for an event that was never stored."""
    done = Forgotten()
    key = key.lower() if what == "person" else key
    how = {"event": forget_event, "person": forget_person, "repo": forget_repo, "document": _document}
    places = await how[what](connection, key, done)
    await settle_again(connection, now=utc_now())
    await tombstones.put(connection, [(what, key), *(("source", place) for place in places)], asked_by=asked_by)
    done.left = await left_of(connection, what, key, places)
    return done


async def _document(connection: AsyncConnection, id: str, done: Forgotten) -> Sequence[str]:
    if not await documents.ids(connection, document.c.id == id):
        raise NotFound(f"there is no document {id}: `forgecrew memory documents` lists those that there are")
    done.add(await forget_documents(connection, [id], FORGOTTEN))
    return []
