"""A graph kept in this process; it is gone with it."""

from collections.abc import Sequence
from datetime import datetime

from forgecrew.ports.graph_sink import GraphSink, SinkCount, SinkEntity, SinkRelation


def connect(url: str, user: str, password: str) -> GraphSink:
    """An empty graph; where and who do not matter."""
    return InProcessGraph()


class InProcessGraph:
    """See ports/graph_sink.py."""

    def __init__(self) -> None:
        self.entities: dict[int, tuple[SinkEntity, int]] = {}
        self.relations: dict[int, tuple[SinkRelation, int]] = {}

    async def prepare(self) -> None:
        """Nothing to do."""

    async def upsert_entities(self, rows: Sequence[SinkEntity], mark: int) -> None:
        """See the port."""
        self.entities |= {row.id: (row, mark) for row in rows}

    async def upsert_relations(self, rows: Sequence[SinkRelation], mark: int) -> None:
        """See the port."""
        held = [row for row in rows if row.src in self.entities and row.dst in self.entities]
        self.relations |= {row.id: (row, mark) for row in held}

    async def remove_relations(self, rows: Sequence[SinkRelation]) -> None:
        """See the port."""
        for row in rows:
            self.relations.pop(row.id, None)

    async def remove_before(self, mark: int) -> SinkCount:
        """See the port."""
        gone = [id for id, (_, written) in self.entities.items() if written < mark]
        for id in gone:
            del self.entities[id]
        stale = [
            id for id, (row, written) in self.relations.items()
            if written < mark or row.src not in self.entities or row.dst not in self.entities
        ]  # fmt: skip
        for id in stale:
            del self.relations[id]
        return SinkCount(len(gone), len(stale))

    async def count(self, before: int | None = None) -> SinkCount:
        """See the port."""
        held = [
            sum(before is None or written < before for _, written in kept.values()) for kept in (self.entities, self.relations)
        ]
        return SinkCount(*held)

    async def expand(self, entity_id: int, *, at: datetime | None = None, limit: int = 20) -> list[SinkRelation]:
        """See the port."""
        found = [row for row, _ in self.relations.values() if entity_id in (row.src, row.dst) and _held(row, at)]
        return sorted(found, key=lambda row: (row.valid_from, row.id), reverse=True)[:limit]

    async def close(self) -> None:
        """Nothing to do."""


def _held(row: SinkRelation, at: datetime | None) -> bool:
    if at is None:
        return row.valid_to is None
    return row.valid_from <= at and (row.valid_to is None or row.valid_to > at)
