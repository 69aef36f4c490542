"""The copy of the graph: in step with our rows whatever comes, and nothing forgotten is left in it."""

from forgecrew.integrations.in_process.graph_sink import InProcessGraph
from forgecrew.memory.forget import forget
from forgecrew.memory.projection.project import Projection
from forgecrew.ports.graph_sink import SinkCount
from forgecrew.store.database import Database
from forgecrew.store.queries.relabel import relabel
from forgecrew.store.tables.entity import entity
from forgecrew.store.tables.relation import relation

from .telling import remember, rows, told


async def _same(database: Database, sink: InProcessGraph) -> None:
    live = await rows(database, relation, relation.c.superseded_at.is_(None))
    assert {
        id: (row.src, row.kind, row.dst, row.valid_from, row.valid_to, row.readers) for id, (row, _) in sink.relations.items()
    } == {row.id: (row.src, row.kind, row.dst, row.valid_from, row.valid_to, row.readers) for row in live}
    held = {row.id: (row.key, row.readers) for row in await rows(database, entity)}
    assert {id: (row.key, row.readers) for id, (row, _) in sink.entities.items()}.items() <= held.items()


def _page(minutes: float, labels: list[str], **more: object) -> object:
    return told(number=1, minutes=minutes, title="Rows", author="mia", body="see #2", state="open", labels=labels, **more)


async def test_it_follows_what_is_told_ended_and_taken_back(database: Database) -> None:
    sink = InProcessGraph()
    projection = Projection(database, sink, name="test")
    assert await projection.step() == 0
    await remember(database, [_page(0, ["bug"]), _page(10, [])])
    assert await projection.step() > 0
    await _same(database, sink)
    assert await projection.step() == 0, "the cursor has moved"
    await remember(database, [_page(5, ["bug", "ui"])])  # late: it changes the past, and takes spans back
    while await projection.step():
        pass
    await _same(database, sink)
    again = Projection(database, sink, name="test")
    assert await again.step() == 0, "another process goes on where this one was"


async def test_what_is_forgotten_goes_there_too_and_nothing_is_left(database: Database) -> None:
    sink = InProcessGraph()
    projection = Projection(database, sink, name="test")
    await remember(database, [_page(0, ["bug"]), told(number=2, title="Other", author="noa", body="by @mia", state="open")])
    await projection.step()
    assert "noa" in {row.key for row, _ in sink.entities.values()}
    async with database.write() as connection:
        await forget(connection, "person", "noa", asked_by="tester")
    await projection.step()
    assert "noa" not in {row.key for row, _ in sink.entities.values()}
    await _same(database, sink)
    async with database.write() as connection:
        await forget(connection, "repo", "acme/tally", asked_by="tester")
    done = await projection.sweep()
    assert done.left == SinkCount(0, 0)
    assert {row.repo for row, _ in sink.entities.values()} == {""}
    assert sink.relations == {}


async def test_a_repository_that_becomes_private_is_so_there_too(database: Database) -> None:
    sink = InProcessGraph()
    projection = Projection(database, sink, name="test")
    await remember(database, [_page(0, ["bug"])])
    await projection.step()
    async with database.write() as connection:
        await relabel(connection, "acme/tally", before="public", now="repo:acme/tally")
    await projection.step()
    assert {row.readers for row, _ in sink.relations.values()} == {"repo:acme/tally"}
    await _same(database, sink)
