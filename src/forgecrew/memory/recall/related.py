"""What is one step away from something that is named: structured, exact, with its dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.memory.graph.around import around
from forgecrew.memory.graph.near import DEGREE_MAX
from forgecrew.memory.recall.focus import in_focus
from forgecrew.memory.recall.places import url_of_key
from forgecrew.store.queries import relations
from forgecrew.store.queries.entities import Entity
from forgecrew.store.queries.relations import Direction, Relation

_DIRECTIONS: tuple[Direction, ...] = ("from", "to")


@dataclass(frozen=True, slots=True)
class Related:
    """`of` stands in the relation `kind` to `other` (`reverse`: the other way round), since when; a live one."""

    of: str
    kind: str
    reverse: bool
    other_kind: str
    other: str
    since: datetime
    url: str
    confidence: float
    other_id: int = 0

    @property
    def line(self) -> str:
        """In words."""
        pair = (self.other, self.of) if self.reverse else (self.of, self.other)
        return f"{pair[0]} {self.kind.replace('_', ' ')} {pair[1]} since {self.since:%Y-%m-%d} <{self.url}>"


async def related(
    connection: AsyncConnection, scope: Scope, name: str, *, repo: str = "", kinds: tuple[str, ...] = (), forge_url: str = ""
) -> list[Related]:
    """Live relations of what `name` names (#3, owner/name#3, a commit, path or `symbol`), newest first, at most 20 each way."""
    found: list[Related] = []
    for one in (await in_focus(connection, scope, name, repo=repo))[:4]:
        for direction in _DIRECTIONS:
            held = await relations.of(connection, scope, one.id, kinds=kinds, direction=direction, limit=DEGREE_MAX)
            found += [_made(one, row, direction, forge_url) for row in held]
    return found


async def of_entities(
    connection: AsyncConnection, scope: Scope, some: Sequence[Entity], *, kinds: tuple[str, ...] = (), limit: int,
    forge_url: str = "",
) -> list[Related]:  # fmt: skip
    """Live relations of some entities to others, at most `limit` (≤ 20) of each, shared among the kinds of relations."""
    found: list[Related] = []
    for one in some:
        for group in await around(connection, scope, one.id, kinds=kinds, limit=limit):
            found += [_made(one, row, group.direction, forge_url) for row in group.shown]
    return found


def _made(one: Entity, row: Relation, direction: Direction, forge_url: str) -> Related:
    return Related(
        one.key, row.kind, direction == "to", row.other_kind, row.other_key, row.valid_from,
        url_of_key(row.other_key, forge_url, row.other_kind), row.confidence, row.other_id,
    )  # fmt: skip
