"""What is one step away from some entities: bounded per entity, so that a hub (a busy person, a repository) floods nothing."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.store.queries import relations
from forgecrew.store.queries.relations import Direction, Relation

DEGREE_MAX = 20
_DIRECTIONS: tuple[Direction, ...] = ("from", "to")


async def one_step(
    connection: AsyncConnection, scope: Scope, entity_ids: Sequence[int], kinds: Sequence[str]
) -> dict[int, list[Relation]]:
    """Live relations of the given kinds, newest first, at most 20 per entity: those that leave it, then those that arrive."""
    found: dict[int, list[Relation]] = {}
    for entity_id in dict.fromkeys(entity_ids):
        held: list[Relation] = []
        for direction in _DIRECTIONS:
            room = DEGREE_MAX - len(held)
            if room > 0:
                held += await relations.of(connection, scope, entity_id, kinds=kinds, direction=direction, limit=room)
        found[entity_id] = held
    return found
