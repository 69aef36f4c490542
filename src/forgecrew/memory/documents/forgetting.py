"""A document taken out of memory: its texts with all that hangs on them, its part of the log, its bytes."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json, as_object
from forgecrew.memory.documents.citation import thread_key
from forgecrew.memory.documents.telling import SOURCE
from forgecrew.store.queries import documents, forgetting
from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.document import document
from forgecrew.store.tables.entity import entity
from forgecrew.store.tables.event import event


async def forget_documents(connection: AsyncConnection, ids: Sequence[str], scrubbed: Json) -> dict[str, int]:
    """Forget some by id, with other contents that the same name had; gives rows removed, by table.

    `scrubbed` is what an event keeps as its payload.
    """
    removed: dict[str, int] = {}
    rows = (await connection.execute(sa.select(document.c.repo, document.c.name).where(
        document.c.id.in_(ids), document.c.state != "forgotten").distinct())).all()  # fmt: skip
    for repo, name in rows:
        same = await documents.ids(connection, document.c.repo == repo, document.c.name == name)
        counts = [await forgetting.remove_chunks(connection, chunk.c.thread_key == thread_key(repo, name))]
        named = sa.and_(entity.c.kind == "document", entity.c.key == f"{repo}:{name}")
        counts.append(await forgetting.remove_entities(connection, await forgetting.entity_ids(connection, named)))

        def change(_id: str, actor: str, payload: Json, same: Sequence[str] = same) -> tuple[str, Json]:
            mine = as_object(payload.get("file")).get("id") in same
            return ("", scrubbed) if mine else (actor, payload)

        told = sa.and_(event.c.source == SOURCE, event.c.repo == repo)
        counts.append({"event": await forgetting.scrub(connection, told, change)})
        counts.append({"document": await documents.empty(connection, same)})
        for one in counts:
            for table, count in one.items():
                removed[table] = removed.get(table, 0) + count
    return removed
