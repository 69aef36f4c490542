"""One suite for every graph sink; Neo4j where FORGECREW_TEST_NEO4J names an empty server (bolt://[user:password@]host:port)."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from forgecrew.app.free_port import free_port
from forgecrew.core.errors import WorldError
from forgecrew.integrations.in_process import graph_sink as in_process
from forgecrew.integrations.neo4j import graph_sink as by_neo4j
from forgecrew.ports.graph_sink import GraphSink, SinkCount, SinkEntity, SinkRelation

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
NOBODY = SinkCount(0, 0)


@pytest.fixture(params=["in_process", "neo4j"])
async def sink(request: pytest.FixtureRequest) -> AsyncIterator[GraphSink]:
    if request.param == "in_process":
        made = in_process.connect("", "", "")
    else:
        if not (given := os.environ.get("FORGECREW_TEST_NEO4J")):
            pytest.skip("no Neo4j server here: set FORGECREW_TEST_NEO4J to the bolt:// address of an empty one")
        parts = urlsplit(given)
        made = by_neo4j.connect(f"{parts.scheme}://{parts.hostname}:{parts.port}", parts.username or "", parts.password or "")
    await made.prepare()
    await made.remove_before(1 << 60)
    yield made
    await made.remove_before(1 << 60)
    await made.close()


def entity(id: int, kind: str = "issue", **more: str) -> SinkEntity:
    return replace(SinkEntity(id, kind, f"acme/tally#{id}", f"Thing {id} `)-[x]", "acme/tally", "public"), **more)


def relation(id: int, src: int, dst: int, kind: str = "closes", days: int = 0, until: int | None = None) -> SinkRelation:
    ended = None if until is None else AT + timedelta(days=until)
    return SinkRelation(id, src, kind, dst, "acme/tally", "public", AT + timedelta(days=days), ended, AT)


async def test_told_twice_it_is_there_once_and_the_last_telling_counts(sink: GraphSink) -> None:
    for _ in range(2):
        await sink.upsert_entities([entity(1), entity(2, "changed_file"), entity(3)], 5)
        await sink.upsert_relations([relation(1, 1, 2), relation(2, 1, 3, "depends_on", until=4)], 5)
    assert await sink.count() == SinkCount(3, 2)
    ended = relation(1, 1, 2, until=3)
    await sink.upsert_relations([ended], 6)
    assert await sink.count() == SinkCount(3, 2)
    assert await sink.expand(1, at=AT) == [relation(2, 1, 3, "depends_on", until=4), ended]
    await sink.upsert_relations([relation(1, 1, 2)], 6)
    assert await sink.expand(1) == [relation(1, 1, 2)], "an end that was taken back is gone"


async def test_a_relation_without_its_ends_is_left_out(sink: GraphSink) -> None:
    await sink.upsert_entities([entity(1)], 1)
    await sink.upsert_relations([relation(1, 1, 9), relation(2, 9, 1)], 1)
    assert await sink.count() == SinkCount(1, 0)


async def test_what_held_then_both_ways_newest_first_with_a_bound(sink: GraphSink) -> None:
    await sink.upsert_entities([entity(id) for id in range(1, 40)], 1)
    rows = [relation(id, 1, id, days=id) if id % 2 else relation(id, id, 1, days=id) for id in range(2, 40)]
    await sink.upsert_relations(rows, 1)
    found = await sink.expand(1, limit=20)
    assert [one.id for one in found] == list(range(39, 19, -1))
    assert [one.id for one in await sink.expand(1, at=AT + timedelta(days=4))] == [4, 3, 2]
    assert await sink.expand(1, at=AT) == []
    assert await sink.expand(99) == []


async def test_what_is_taken_away(sink: GraphSink) -> None:
    await sink.upsert_entities([entity(1), entity(2), entity(3)], 1)
    await sink.upsert_relations([relation(1, 1, 2), relation(2, 2, 3), relation(3, 3, 1)], 1)
    await sink.remove_relations([relation(1, 1, 2), relation(7, 1, 2)])
    assert await sink.count() == SinkCount(3, 2)
    await sink.upsert_entities([entity(1), entity(3)], 2)
    await sink.upsert_relations([relation(3, 3, 1), relation(2, 2, 3)], 2)
    assert await sink.count(before=2) == SinkCount(1, 0)
    assert await sink.remove_before(2) == SinkCount(1, 1), "an entity goes with its relations"
    assert (await sink.count(before=2), await sink.count()) == (NOBODY, SinkCount(2, 1))


async def test_nothing_at_once_does_no_harm(sink: GraphSink) -> None:
    await sink.upsert_entities([], 1)
    await sink.upsert_relations([], 1)
    await sink.remove_relations([])
    assert await sink.remove_before(1) == NOBODY


async def test_a_kind_that_is_no_word_gets_into_no_statement() -> None:
    made = by_neo4j.connect("bolt://127.0.0.1:1", "", "")
    with pytest.raises(ValueError, match="is no kind"):
        await made.upsert_entities([entity(1, "a) DETACH DELETE (b")], 1)
    await made.close()


async def test_a_server_that_does_not_answer_is_a_matter_of_the_world() -> None:
    made = by_neo4j.connect(f"bolt://127.0.0.1:{free_port()}", "", "")
    with pytest.raises(WorldError, match="Neo4j at bolt"):
        await made.count()
    await made.close()
