"""What stands around an entity at a moment, by kind of relation: a few of each, and how many there are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.memory.graph.near import DEGREE_MAX
from forgecrew.store.queries import exploring
from forgecrew.store.queries.relations import Direction, Relation

DIRECTIONS: tuple[Direction, ...] = ("from", "to")


@dataclass(slots=True)
class Group:
    """Relations of one kind that leave ("from") or reach ("to") an entity: `count` of them, the newest as `shown`."""

    kind: str
    direction: Direction
    count: int
    shown: list[Relation] = field(default_factory=list[Relation])


async def around(
    connection: AsyncConnection, scope: Scope, entity_id: int, *, at: datetime | None = None, kinds: Sequence[str] = (),
    directions: Sequence[Direction] = DIRECTIONS, skip: int = 0, limit: int = DEGREE_MAX,
) -> list[Group]:  # fmt: skip
    """Groups in the order from, to; together they show at most `limit` (≤ 20), shared among them as evenly as can be.

    `skip` leaves out so many of the newest of each group: how the next ones are asked for.
    """
    groups = [
        Group(kind, direction, count)
        for direction in directions
        for kind, count in (await exploring.degrees(connection, scope, entity_id, direction, at=at)).items()
        if not kinds or kind in kinds
    ]
    room = shares([max(0, group.count - skip) for group in groups], min(limit, DEGREE_MAX))
    for group, share in zip(groups, room, strict=True):
        if share:
            group.shown = await exploring.some(
                connection, scope, entity_id, group.kind, group.direction, at=at, skip=skip, limit=share
            )
    return groups


def shares(wanted: Sequence[int], room: int) -> list[int]:
    """How much each gets of a room that is too small for all: the small ones in full, the large ones alike."""
    given: list[int] = [0 for _ in wanted]
    places: list[int] = [place for place, count in enumerate(wanted) if count > 0]
    while room > 0 and places:
        each = max(1, room // len(places))
        for place in places:
            more = min(each, wanted[place] - given[place], room)
            given[place] += more
            room -= more
        places = [place for place in places if given[place] < wanted[place]]
    return given
