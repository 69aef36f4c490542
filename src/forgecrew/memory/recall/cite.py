"""Citations: which marks a text carries, and what each of them stands for."""

import re

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.memory.recall.asked import Asked
from forgecrew.memory.recall.places import url_at, url_of, url_of_key, url_of_source
from forgecrew.store.queries import chunks, code_names, entities, recall_facts

MARK = re.compile(r"\[m:([cef]\d{1,15}|s\d{1,10}x\d{1,5})\]")


def cited_in(text: str) -> list[str]:
    """Ids that a text cites, each once, in their order."""
    return list(dict.fromkeys(MARK.findall(text)))


async def resolve(connection: AsyncConnection, scope: Scope, id: str, asked: Asked) -> tuple[str, str] | None:
    """(text, address) behind a citation: of a chunk, entity, fact or symbol; None when there is none in the scope."""
    kind, number, seq = id[:1], *(int(part or 0) for part in id[1:].partition("x")[::2])
    if kind == "c":
        one = (await chunks.by_ids(connection, scope, [number])).get(number)
        return (one.text, url_of(one, asked.forge_url, asked.public_url)) if one else None
    if kind == "e":
        about = (await entities.by_ids(connection, scope, [number])).get(number)
        return (about.key, url_of_key(about.key, asked.forge_url, about.kind)) if about else None
    if kind == "s":
        return await _symbol(connection, scope, number, seq, asked)
    row = await recall_facts.fact_by_id(connection, scope, number)
    if row is None:
        return None
    url = url_of_source(row.source_key, asked.forge_url) if row.source_key else url_of_key(row.subject_key, asked.forge_url)
    return f"{row.predicate} {row.object_text}", url


async def _symbol(connection: AsyncConnection, scope: Scope, blob_id: int, seq: int, asked: Asked) -> tuple[str, str] | None:
    found = await code_names.cited(connection, scope, blob_id, seq)
    if found is None:
        return None
    of, one = found
    return (one.signature or one.qualname, url_at(asked.forge_url, of, one.path, f"{one.start_line}-{one.end_line}"))
