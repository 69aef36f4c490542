"""A graph sink: a copy of the graph of memory in a graph database, for browsing and questions of its own. Nothing needs it.

A module `integrations/<name>/graph_sink.py` offers `connect(url: str, user: str, password: str) -> GraphSink` (no I/O yet).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SinkEntity:
    """One entity; `kind` is lower case with underscores."""

    id: int
    kind: str
    key: str
    name: str
    repo: str
    readers: str


@dataclass(frozen=True, slots=True)
class SinkRelation:
    """One relation between two entities; valid_to None has not ended."""

    id: int
    src: int
    kind: str
    dst: int
    repo: str
    readers: str
    valid_from: datetime
    valid_to: datetime | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class SinkCount:
    """How much a sink holds."""

    entities: int
    relations: int


class GraphSink(Protocol):
    """One sink. Everything may be told again: the last telling counts. All raise WorldError (retry) and ConfigError.

    A mark is a number that only grows. What is written carries it, so that what was not written again can be found.
    """

    async def prepare(self) -> None:
        """Make indexes, as often as one likes."""
        ...

    async def upsert_entities(self, rows: Sequence[SinkEntity], mark: int) -> None:
        """Make entities or change them."""
        ...

    async def upsert_relations(self, rows: Sequence[SinkRelation], mark: int) -> None:
        """Make relations or change them; those with an end that the sink does not hold are left out."""
        ...

    async def remove_relations(self, rows: Sequence[SinkRelation]) -> None:
        """Take relations away; ones that are not there do no harm."""
        ...

    async def remove_before(self, mark: int) -> SinkCount:
        """Take away all whose mark is lower; tells how many. An entity goes with its relations."""
        ...

    async def count(self, before: int | None = None) -> SinkCount:
        """How much it holds, or how much of that has a lower mark."""
        ...

    async def expand(self, entity_id: int, *, at: datetime | None = None, limit: int = 20) -> list[SinkRelation]:
        """Relations at an entity, both ways, that held at a moment (hold now when None), newest first."""
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...
