"""Reading the graph for a door: everything inside the operator's scope, with sources and links."""

from dataclasses import dataclass, replace
from datetime import datetime

from litestar.exceptions import NotFoundException
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.api.doors import Doors
from forgecrew.api.graph_shapes import EntityShape, GroupShape, entity_shape, group_shape
from forgecrew.api.quote_shapes import QuoteShape, quote_shape
from forgecrew.memory.graph.around import Group
from forgecrew.memory.recall.places import url_of_source
from forgecrew.store.queries import entities, exploring, said_of
from forgecrew.store.queries.said_of import Fact


@dataclass(frozen=True, slots=True)
class EntityPageShape:
    """One entity at a moment: what is said of it, and `moments` at which something about it changed, oldest first."""

    entity: EntityShape
    at: datetime | None
    moments: list[datetime]
    facts: list[Fact]
    about: list[QuoteShape]
    named_in: list[QuoteShape]


async def look(doors: Doors, entity_id: int, at: datetime | None) -> EntityPageShape:
    """One entity. Raises NotFoundException."""
    async with doors.database.read() as connection:
        scope = await exploring.everything(connection)
        found = (await entities.by_ids(connection, scope, [entity_id])).get(entity_id)
        if found is None:
            raise NotFoundException(f"memory knows no entity {entity_id}: GET /api/memory/graph/search?q= finds some")
        moments = await exploring.moments(connection, scope, entity_id)
        facts = [
            replace(one, url=url_of_source(one.source_key, doors.forge_url) if one.source_key else "")
            for one in await said_of.facts(connection, scope, entity_id, at=at)
        ]
        about, naming = [
            [quote_shape(one, doors.forge_url, doors.public_url) for one in
             await said_of.texts(connection, scope, entity_id, naming=naming, at=at)]
            for naming in (False, True)
        ]  # fmt: skip
    return EntityPageShape(entity_shape(found, doors.forge_url), at, moments, facts, about, naming)


async def group_shapes(doors: Doors, connection: AsyncConnection, groups: list[Group]) -> list[GroupShape]:
    """Groups with the entities at their far ends and the events that told of them."""
    scope = await exploring.everything(connection)
    shown = [one for group in groups for one in group.shown]
    others = await entities.by_ids(connection, scope, sorted({one.other_id for one in shown}))
    told = await said_of.sources(connection, [one.event_id for one in shown])
    return [group_shape(group, told, others, doors.forge_url) for group in groups]
