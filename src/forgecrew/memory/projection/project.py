"""Keeping a graph sink in step: new and ended relations by a cursor, forgotten ones by a sweep that proves nothing is left."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from forgecrew.core.json import digest
from forgecrew.ports.graph_sink import GraphSink, SinkCount
from forgecrew.store.database import Database
from forgecrew.store.queries import cursors, exploring, projecting

BATCH = 2_000
SWEEP_SECONDS = 3600.0
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep wrote and took away; `left` is what the sink still holds and our tables do not: nothing."""

    written: SinkCount
    removed: SinkCount
    left: SinkCount


class Projection:
    """One sink and how far it is; `name` is that of its cursors. One process at a time keeps a sink in step."""

    def __init__(self, database: Database, sink: GraphSink, *, name: str) -> None:
        self._database, self._sink = database, sink
        self._tail, self._swept = f"projection.{name}.tail", f"projection.{name}.swept"

    async def step(self) -> int:
        """Sweep when that is due, else write what has changed since; gives how many relations it looked at."""
        if await self._is_due():
            await self.sweep()
        return await self._follow()

    async def sweep(self) -> Swept:
        """Write everything once more, take away what was not written, and count what is left of that."""
        async with self._database.read() as connection:
            seen = digest(await projecting.fingerprint(connection))
            known = json.loads(await cursors.get(connection, self._swept) or "{}")
        mark = max(int(known.get("mark", 0)) + 1, int(time.time() * 1000))
        await self._sink.prepare()
        written = SinkCount(await self._write_entities(mark), await self._write_relations(mark))
        removed = await self._sink.remove_before(mark)
        left = await self._sink.count(before=mark)
        async with self._database.write() as connection:
            await cursors.set_value(connection, self._swept, json.dumps({"mark": mark, "seen": seen, "at": time.time()}))
        return Swept(written, removed, left)

    async def _is_due(self) -> bool:
        async with self._database.read() as connection:
            known = json.loads(await cursors.get(connection, self._swept) or "{}")
            seen = digest(await projecting.fingerprint(connection))
        return known.get("seen") != seen or time.time() - float(known.get("at", 0)) > SWEEP_SECONDS

    async def _follow(self) -> int:
        async with self._database.read() as connection:
            scope = await exploring.everything(connection)
            mark = int(json.loads(await cursors.get(connection, self._swept) or "{}").get("mark", 0))
            rows = await projecting.changed(connection, scope, _place(await cursors.get(connection, self._tail)), limit=BATCH)
            ends = {id for row, _, counts in rows if counts for id in (row.src, row.dst)}
            entities = await projecting.entities_of(connection, scope, sorted(ends))
        if not rows:
            return 0
        await self._sink.upsert_entities(entities, mark)
        await self._sink.upsert_relations([row for row, _, counts in rows if counts], mark)
        await self._sink.remove_relations([row for row, _, counts in rows if not counts])
        last, when, _ = rows[-1]
        async with self._database.write() as connection:  # after the sink has it: told twice does no harm, never told does
            await cursors.set_value(connection, self._tail, f"{when.isoformat()} {last.id}")
        return len(rows)

    async def _write_entities(self, mark: int) -> int:
        after = total = 0
        while True:
            async with self._database.read() as connection:
                scope = await exploring.everything(connection)
                rows = await projecting.entities_page(connection, scope, after, limit=BATCH)
            if not rows:
                return total
            await self._sink.upsert_entities(rows, mark)
            after, total = rows[-1].id, total + len(rows)

    async def _write_relations(self, mark: int) -> int:
        after = total = 0
        while True:
            async with self._database.read() as connection:
                scope = await exploring.everything(connection)
                rows = await projecting.relations_page(connection, scope, after, limit=BATCH)
            if not rows:
                return total
            await self._sink.upsert_relations(rows, mark)
            after, total = rows[-1].id, total + len(rows)


def _place(value: str | None) -> tuple[datetime, int]:
    if not value:
        return _BEGINNING, 0
    when, _, id = value.partition(" ")
    return datetime.fromisoformat(when), int(id)
