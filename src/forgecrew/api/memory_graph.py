"""The graph of what the crew remembers, for machines: find, look, expand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from litestar import get
from litestar.exceptions import ClientException
from litestar.params import FromPath, FromQuery, QueryParameter

from forgecrew.api.asked import moment_of
from forgecrew.api.doors import InDoors
from forgecrew.api.graph_look import EntityPageShape, group_shapes, look
from forgecrew.api.graph_shapes import EntityShape, GroupShape, entity_shape
from forgecrew.memory.graph.around import DIRECTIONS, around
from forgecrew.store.queries import exploring
from forgecrew.store.queries.relations import Direction

Limit = Annotated[int, QueryParameter(ge=1, le=20)]
Skip = Annotated[int, QueryParameter(ge=0, le=100_000)]


@dataclass(frozen=True, slots=True)
class ExpansionShape:
    """What is one step away from an entity at a moment."""

    id: int
    at: datetime | None
    groups: list[GroupShape]


@get("/api/memory/graph/search", tags=["memory"])
async def search(doors: InDoors, q: FromQuery[str], limit: Limit = 20) -> list[EntityShape]:
    """Entities whose key or name holds the words, the nearest first."""
    if not q.strip():
        raise ClientException("q is empty: write a part of a name, e.g. q=parser.py or q=#12")
    async with doors.database.read() as connection:
        scope = await exploring.everything(connection)
        found = await exploring.named_about(connection, scope, q.strip()[:200], limit=limit)
    return [entity_shape(one, doors.forge_url) for one in found]


@get("/api/memory/graph/entity/{id:int}", tags=["memory"])
async def entity(doors: InDoors, id: FromPath[int], at: FromQuery[str] = "") -> EntityPageShape:
    """One entity as it was at a moment: facts, texts, and when it changed."""
    return await look(doors, id, moment_of(at))


@get("/api/memory/graph/expand/{id:int}", tags=["memory"])
async def expand(
    doors: InDoors, id: FromPath[int], at: FromQuery[str] = "", kinds: FromQuery[str] = "", direction: FromQuery[str] = "",
    skip: Skip = 0, limit: Limit = 12,
) -> ExpansionShape:  # fmt: skip
    """What was one step away, by kind of relation (`kinds` separated by commas), at most 20 in all; `count` tells how many."""
    when, asked = moment_of(at), [one for one in kinds.split(",") if one]
    directions: list[Direction] = [one for one in DIRECTIONS if direction in ("", one)]
    if not directions:
        raise ClientException("direction is from or to")
    async with doors.database.read() as connection:
        scope = await exploring.everything(connection)
        groups = await around(
            connection, scope, id, at=when, kinds=asked, directions=directions, skip=skip, limit=limit
        )  # fmt: skip
        return ExpansionShape(id, when, await group_shapes(doors, connection, groups))


routes = [search, entity, expand]
