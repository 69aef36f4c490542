"""Forgetting texts at some places of one thread, wherever they were told."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.memory.forgotten import Forgotten
from forgecrew.memory.scrub import without_places
from forgecrew.store.queries import forget_told, forgetting
from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.entity import entity


async def forget_places(connection: AsyncConnection, places: Sequence[str], repo: str, number: int, done: Forgotten) -> None:
    """Texts, the facts in them, and the title of a thread whose first text goes; out of the payloads as well."""
    thread = f"{repo}#{number}" if number else repo
    rows = await connection.execute(
        sa.select(chunk.c.source_key, chunk.c.text).where(chunk.c.source_key.in_(places), chunk.c.kind == "review")
    )
    reviews = {row.text.strip() for row in rows}
    done.add(await forgetting.remove_chunks(connection, chunk.c.source_key.in_(places)))
    done.add(await forget_told.remove_facts_at(connection, list(places)))
    if f"{thread}/body" in places:  # the title is called by in the name of the thread
        named = sa.update(entity).where(entity.c.kind == "issue", entity.c.key == thread).values(name=thread)
        await connection.execute(named)

    def change(_id: str, actor: str, payload: Json) -> tuple[str, Json]:
        return actor, without_places(payload, thread, repo, set(places), reviews)

    done.add({"event": await forgetting.scrub(connection, forget_told.of_thread(repo, number), change)})
