"""Forgetting by event, person or repository: texts, full text, vectors, facts and relations go, a tombstone stays."""

from collections.abc import Sequence
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.errors import NotFound
from forgecrew.core.json import Json
from forgecrew.core.moment import utc_now
from forgecrew.memory.documents.forgetting import forget_documents
from forgecrew.memory.facts.settle import settle_again
from forgecrew.memory.forget_event import forget_event, forget_places
from forgecrew.memory.forgotten import Forgotten
from forgecrew.memory.prove_forgotten import left_of
from forgecrew.memory.scrub import FORGOTTEN, without_person
from forgecrew.store.queries import code_forgetting, documents, forgetting, tombstones
from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.document import document
from forgecrew.store.tables.entity import entity
from forgecrew.store.tables.event import event
from forgecrew.store.tables.fact import fact
from forgecrew.store.tables.relation import relation

What = Literal["event", "person", "repo", "document"]


async def forget(connection: AsyncConnection, what: What, key: str, *, asked_by: str) -> Forgotten:
    """Forget in one transaction, and count what is left. Raises NotFound for an event that was never stored."""
    done = Forgotten()
    key = key.lower() if what == "person" else key
    how = {"event": forget_event, "person": _person, "repo": _repo, "document": _document}
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


async def _person(connection: AsyncConnection, login: str, done: Forgotten) -> Sequence[str]:
    sent = sa.func.lower(document.c.sent_by) == login
    done.add(await forget_documents(connection, await documents.ids(connection, sent), FORGOTTEN))
    written = sa.func.lower(chunk.c.author) == login
    rows = await connection.execute(sa.select(chunk.c.repo, chunk.c.thread_key).where(written).distinct())
    threads = {(row.repo, int(number) if number.isdigit() else 0) for row in rows for number in [_number(row.thread_key)]}
    places = await forgetting.source_keys(connection, written)
    for repo, number in sorted(threads):
        await forget_places(connection, places, repo, number, done)
    done.add(await forgetting.remove_chunks(connection, written))
    done.add(await code_forgetting.forget_author(connection, login))
    ids = await forgetting.entity_ids(connection, sa.and_(entity.c.kind.in_(("user", "author")), entity.c.key == login))
    done.add(await forgetting.remove_entities(connection, ids))

    def change(_id: str, actor: str, payload: Json) -> tuple[str, Json]:
        return ("", FORGOTTEN) if actor.lower() == login else (actor, without_person(payload, login))

    told = sa.or_(sa.func.lower(event.c.actor) == login, sa.cast(event.c.payload, sa.Text).icontains(login, autoescape=True))
    theirs = sa.select(event.c.id).where(sa.func.lower(event.c.actor) == login)
    said = sa.or_(fact.c.event_id.in_(theirs), sa.func.lower(fact.c.author) == login)
    done.add(await forgetting.remove_rows(connection, fact, said))
    done.add({"event": await forgetting.scrub(connection, told, change)})
    return places


async def _repo(connection: AsyncConnection, repo: str, done: Forgotten) -> Sequence[str]:
    done.add(await forget_documents(connection, await documents.ids(connection, document.c.repo == repo), FORGOTTEN))
    done.add(await code_forgetting.forget_repo(connection, repo))
    done.add(await forgetting.remove_chunks(connection, chunk.c.repo == repo))
    done.add(await forgetting.remove_rows(connection, relation, relation.c.repo == repo))
    done.add(await forgetting.remove_rows(connection, fact, fact.c.repo == repo))
    ids = await forgetting.entity_ids(connection, entity.c.repo == repo)
    done.add(await forgetting.remove_entities(connection, ids))
    emptied = await forgetting.scrub(connection, event.c.repo == repo, lambda _id, actor, _payload: (actor, FORGOTTEN))
    done.add({"event": emptied})
    return []


def _number(thread_key: str) -> str:
    return thread_key.rsplit("#", 1)[-1] if "#" in thread_key else ""
