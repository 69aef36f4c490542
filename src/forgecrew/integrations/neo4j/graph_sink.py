"""The graph of memory in Neo4j: nodes :Remembered:<Kind> by id, relations of type <KIND> by id, written in batches by MERGE."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from forgecrew.core.errors import ConfigError, WorldError
from forgecrew.ports.graph_sink import GraphSink, SinkCount, SinkEntity, SinkRelation

_KIND = re.compile(r"[a-z][a-z_]{0,39}")
_AT_ONCE = 10_000
_HELD = """
MATCH (e:Remembered {id: $id})-[r]-(:Remembered)
WHERE ($at IS NULL AND r.valid_to IS NULL) OR (r.valid_from <= $at AND (r.valid_to IS NULL OR r.valid_to > $at))
RETURN DISTINCT properties(r) AS held, startNode(r).id AS src, endNode(r).id AS dst, r.valid_from AS since, r.id AS number
ORDER BY since DESC, number DESC LIMIT $limit
"""


def connect(url: str, user: str, password: str) -> GraphSink:
    """A server, e.g. bolt://127.0.0.1:7687 or neo4j://host; without a user no login is tried. Raises ConfigError."""
    return Neo4jGraph(url, user, password)


class Neo4jGraph:
    """See ports/graph_sink.py. The driver opens connections when they are needed."""

    def __init__(self, url: str, user: str, password: str) -> None:
        try:
            import neo4j  # an extra: nobody without a Neo4j server needs it
            from neo4j import exceptions
        except ImportError as error:
            raise ConfigError(
                "memory.neo4j.url is set, but the driver is not installed: pip install 'forgecrew[neo4j]'"
            ) from error
        self._url, self._exceptions = url, exceptions
        auth = (user, password) if user else None
        try:
            database: Any = neo4j.AsyncGraphDatabase
            self._driver: Any = database.driver(url, auth=auth, connection_timeout=10, max_transaction_retry_time=10)
        except (exceptions.ConfigurationError, ValueError) as error:
            raise ConfigError(f"memory.neo4j.url is {url!r}: {error}") from error

    async def prepare(self) -> None:
        """One constraint: it is the index by which everything is found."""
        await self._ask("CREATE CONSTRAINT remembered_id IF NOT EXISTS FOR (e:Remembered) REQUIRE e.id IS UNIQUE")

    async def upsert_entities(self, rows: Sequence[SinkEntity], mark: int) -> None:
        """One statement for each kind."""
        for kind, some in _by_kind(rows).items():
            label = "".join(part.capitalize() for part in kind.split("_"))
            query = f"UNWIND $rows AS row MERGE (e:Remembered {{id: row.id}}) SET e:{label}, e += row, e.mark = $mark"
            await self._ask(query, rows=some, mark=mark)

    async def upsert_relations(self, rows: Sequence[SinkRelation], mark: int) -> None:
        """One statement for each kind; an end that is not there gives no row."""
        for kind, some in _by_kind(rows).items():
            query = (
                "UNWIND $rows AS row MATCH (a:Remembered {id: row.src}) MATCH (b:Remembered {id: row.dst}) "
                f"MERGE (a)-[r:{kind.upper()} {{id: row.id}}]->(b) SET r += row, r.mark = $mark"
            )
            await self._ask(query, rows=some, mark=mark)

    async def remove_relations(self, rows: Sequence[SinkRelation]) -> None:
        """Found from their source."""
        query = "UNWIND $rows AS row MATCH (:Remembered {id: row.src})-[r {id: row.id}]->() DELETE r"
        await self._ask(query, rows=[{"src": row.src, "id": row.id} for row in rows])

    async def remove_before(self, mark: int) -> SinkCount:
        """In transactions of ten thousand."""
        relations = await self._drain("MATCH (:Remembered)-[r]->(:Remembered) WHERE r.mark < $mark", "r", mark)
        stray = "MATCH (e:Remembered) WHERE e.mark < $mark MATCH (e)-[r]-()"
        relations += await self._drain(stray, "r", mark)
        return SinkCount(await self._drain("MATCH (e:Remembered) WHERE e.mark < $mark", "e", mark), relations)

    async def count(self, before: int | None = None) -> SinkCount:
        """Two scans."""
        entities = "MATCH (e:Remembered) WHERE $mark IS NULL OR e.mark < $mark RETURN count(e) AS held"
        relations = "MATCH (:Remembered)-[r]->(:Remembered) WHERE $mark IS NULL OR r.mark < $mark RETURN count(r) AS held"
        held = [(await self._ask(query, mark=before))[0]["held"] for query in (entities, relations)]
        return SinkCount(*held)

    async def expand(self, entity_id: int, *, at: datetime | None = None, limit: int = 20) -> list[SinkRelation]:
        """One step."""
        return [_relation(row) for row in await self._ask(_HELD, id=entity_id, at=at, limit=limit)]

    async def close(self) -> None:
        """Close the driver."""
        await self._driver.close()

    async def _drain(self, match: str, name: str, mark: int) -> int:
        query = f"{match} WITH DISTINCT {name} LIMIT {_AT_ONCE} DELETE {name} RETURN count(*) AS gone"
        total = 0
        while gone := int((await self._ask(query, mark=mark))[0]["gone"]):
            total += gone
        return total

    async def _ask(self, query: str, **values: Any) -> list[Any]:
        failed = self._exceptions
        try:
            return (await self._driver.execute_query(query, parameters_=values)).records
        except (failed.AuthError, failed.ConfigurationError) as error:
            raise ConfigError(
                f"Neo4j at {self._url} does not let us in: {error}. Check memory.neo4j and its password"
            ) from error
        except (failed.DriverError, failed.Neo4jError, OSError) as error:
            raise WorldError(f"Neo4j at {self._url} does not do what it should: {error}") from error


def _by_kind(rows: Sequence[SinkEntity] | Sequence[SinkRelation]) -> dict[str, list[dict[str, Any]]]:
    """Rows as values by kind. Kinds become part of a statement: anything but a plain word is refused."""
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if not _KIND.fullmatch(row.kind):
            raise ValueError(f"{row.kind!r} is no kind")
        found[row.kind].append(asdict(row))
    return found


def _relation(row: Any) -> SinkRelation:
    held: Any = row["held"]
    times: list[Any] = [held[key].to_native() if held.get(key) else None for key in ("valid_from", "valid_to", "recorded_at")]
    return SinkRelation(held["id"], row["src"], held["kind"], row["dst"], held["repo"], held["readers"], *times)
