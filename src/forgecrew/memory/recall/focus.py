"""Which entities a question is about: exact numbers, paths, symbols, commits, people that it names, and its thread."""

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.moment import utc_now
from forgecrew.core.scope import Scope
from forgecrew.memory.extract.found import Found, Key
from forgecrew.memory.extract.text_patterns import mentions
from forgecrew.store.queries import entities, recall_facts
from forgecrew.store.queries.entities import Entity

FOCUS_MAX = 12
PINNING = ("issue", "commit", "file", "symbol", "release", "branch", "milestone", "run", "url")
"""Kinds whose naming pins what is known of them; people and versions are named everywhere."""


async def in_focus(connection: AsyncConnection, scope: Scope, text: str, *, repo: str, thread: str = "") -> list[Entity]:
    """Entities that are named exactly, those of the thread first; at most twelve."""
    found = Found(utc_now(), repo, "public", 0)
    keys = [Key("issue", thread)] if thread else []
    keys += [key for key in mentions(found, text[:8_000]) if (key.kind in PINNING and repo) or "#" in key.key]
    shown: dict[int, Entity] = {}
    for key in list(dict.fromkeys(keys))[: FOCUS_MAX * 2]:
        if key.kind == "commit":
            named = await recall_facts.commits_by_prefix(connection, scope, [key.key])
        else:
            one = await entities.find(connection, scope, key.kind, key.key)
            named = [one] if one else []
        shown |= {one.id: one for one in named}
        if len(shown) >= FOCUS_MAX:
            break
    return list(shown.values())[:FOCUS_MAX]
