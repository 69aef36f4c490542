from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from forgecrew.store.database import Database
from forgecrew.store.queries import entities, relations, remembering
from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.entity import entity
from forgecrew.store.tables.event import event as event_table
from forgecrew.store.tables.vector import embedding_queue

from .telling import ALL, at, counts, keep, remember, rows, told

BODY = "Splitting 10 by 3 fails, see `tally.split` in tally/split.py. Depends on #7, @noa knows."


def opened(**more: object) -> dict[str, object]:
    return {"title": "Split fails", "body": BODY, "author": "mia", "state": "open", "labels": [], "assignees": []} | more


async def test_an_event_becomes_entities_relations_and_chunks(database: Database) -> None:
    await remember(database, [told("issue.opened", **opened(labels=["bug"], assignees=["casey"]))])
    async with database.read() as connection:
        issue = await entities.find(connection, ALL, "issue", "acme/tally#1")
        assert issue is not None and (issue.name, issue.repo, issue.readers) == ("Split fails", "acme/tally", "public")
        found = {(one.kind, one.other_key) for one in await relations.of(connection, ALL, issue.id)}
    assert found == {
        ("issue_in", "acme/tally"), ("written_by", "mia"), ("depends_on", "acme/tally#7"), ("state", "open"),
        ("labelled", "acme/tally:bug"), ("assigned", "casey"),
    }  # fmt: skip
    (one,) = await rows(database, chunk)
    assert (one.kind, one.source_key, one.thread_key, one.live) == ("issue", "acme/tally#1/body", "acme/tally#1", True)
    assert one.text == f"Split fails\n\n{BODY}" and "tallysplit" in one.identifiers
    async with database.read() as connection:
        assert list((await connection.execute(sa.select(embedding_queue.c.text_hash))).scalars()) == [one.text_hash]
    names = {(row.kind, row.key) for row in await rows(database, entity)}
    assert {("file", "acme/tally:tally/split.py"), ("symbol", "acme/tally:tally.split"), ("user", "noa")} <= names


async def test_taking_the_log_in_again_leaves_all_counts_as_they_are(database: Database) -> None:
    log = [
        told("issue.opened", **opened(labels=["bug"])),
        told("issue.labeled", minutes=1, **opened(labels=["bug", "ui"])),
        told("issue.commented", minutes=2, comment={"id": 5, "body": "Same as #9, see abc1234"}, **opened(labels=["ui"])),
        told("pull.opened", number=2, minutes=3, title="Fix", body="Fixes #1", author="casey", state="open", labels=[],
             assignees=[], head_sha="a" * 40),
        told("pull.closed", number=2, minutes=4, title="Fix", body="Fixes #1", author="casey", state="closed", merged=True,
             labels=[], assignees=[], head_sha="a" * 40),
    ]  # fmt: skip
    memory = await remember(database, log)
    before = await counts(database)
    assert before["chunk"] == 3 and before["telling"] == 5
    await keep(database, log)
    assert await memory.remember() == 0
    async with database.write() as connection:
        assert await remembering.again(connection, sa.true()) == 5
    assert await memory.remember() == 5
    assert await counts(database) == before


async def test_an_edited_text_replaces_the_older_one_even_when_told_late(database: Database) -> None:
    def body(minutes: float, text: str) -> object:
        return told(minutes=minutes, **opened(body=text))

    await remember(database, [body(0, "first"), body(20, "third")])  # type: ignore[list-item]
    await remember(database, [body(10, "second")])  # type: ignore[list-item]
    assert [(row.text.split()[-1], row.live) for row in await rows(database, chunk)] == [
        ("first", False), ("third", True), ("second", False),
    ]  # fmt: skip
    await remember(database, [body(30, "first")])  # type: ignore[list-item]
    assert [row.text.split()[-1] for row in await rows(database, chunk, chunk.c.live)] == ["first"]


async def test_a_deleted_comment_is_no_longer_live(database: Database) -> None:
    comment = {"id": 5, "body": "the password is swordfish", "author": "mia"}
    await remember(database, [told("issue.commented", comment=comment)])
    await remember(database, [told("other", minutes=1, what="comment.deleted", comment=comment)])
    assert [row.text for row in await rows(database, chunk, chunk.c.live)] == [""]


async def test_own_and_recalled_texts_are_marked_and_make_no_relations(database: Database) -> None:
    await remember(database, [
        told("issue.commented", actor="casey", id="a", comment={"id": 1, "body": "I think this blocks #3"}),
        told("issue.commented", actor="casey", id="s", comment={"id": 9, "body": "At work.\n\n<!-- forgecrew:status:1 -->"}),
        told("issue.commented", id="b", minutes=1, comment={"id": 2, "body": "As it says [m:12]: blocks #4, closes #5"}),
        told("pull.opened", number=2, minutes=2, actor="casey", title="Fix", body="Closes #6, refers to #8", author="casey"),
    ], own=["casey"])  # fmt: skip
    assert [(row.source_key, row.provenance) for row in await rows(database, chunk)] == [
        ("acme/tally#1/comment/1", "own"), ("acme/tally#1/comment/2", "recalled"), ("acme/tally#2/body", "own"),
    ]  # fmt: skip
    async with database.read() as connection:
        found = await connection.execute(
            sa.text("SELECT r.kind, e.key FROM relation r JOIN entity e ON e.id = r.dst WHERE r.extractor = 'text@1'")
        )
        assert [tuple(row) for row in found] == [("closes", "acme/tally#6")]


@pytest.mark.parametrize("issue_first", [True, False])
async def test_a_text_names_no_thread_that_was_opened_after_it(database: Database, issue_first: bool) -> None:
    """Numbers in the commits of a repository that moved are those of another forge."""
    old, new = "1" * 40, "2" * 40
    commits = [
        told("push", number=0, minutes=minutes, branch="main", default_branch="main", id=sha,
             commits=[{"id": sha, "message": "Count rows (fixes #1)", "author": "noa", "modified": ["a.py"]}])
        for sha, minutes in ((old, 0), (new, 60 * 24 * 400))
    ]  # fmt: skip
    opened_at = at(60 * 24 * 300)
    issue = told("issue.opened", minutes=60 * 24 * 300, opened_at=opened_at.isoformat(), **opened())
    await remember(database, [issue, *commits] if issue_first else [*commits, issue])
    async with database.read() as connection:
        closing = await connection.execute(
            sa.text(
                "SELECT e.key FROM relation r JOIN entity e ON e.id = r.src WHERE r.kind = 'closes' AND r.superseded_at IS NULL"
            )
        )
        naming = await connection.execute(
            sa.text(
                "SELECT c.source_key FROM mention m JOIN chunk c ON c.id = m.chunk_id JOIN entity e ON e.id = m.entity_id"
                " WHERE e.key = 'acme/tally#1' AND c.kind = 'commit'"
            )
        )
        assert [row.key for row in closing] == [f"acme/tally@{new}"]
        assert [new in row.source_key for row in naming] == [True]


async def test_a_broken_event_is_left_aside_and_the_others_go_on(database: Database) -> None:
    await keep(database, [told("issue.opened", number=n, minutes=n, **opened()) for n in (1, 2, 3)])
    async with database.write() as connection:
        broken = sa.update(event_table).where(event_table.c.subject_number == 2)
        await connection.execute(broken.values(payload={"title": "x", "body": "y", "state": "open", "labels": ["a" * 10, {}]}))
        await connection.execute(broken.values(label="owner/public", kind="push", payload={"commits": [{"id": "\ud800"}]}))
    await remember(database, [])
    async with database.read() as connection:
        states = await connection.execute(sa.select(event_table.c.remembered_at, event_table.c.memory_problem))
        found = [(row.remembered_at is not None, row.memory_problem is not None) for row in states]
    assert sorted(found) == [(True, False), (True, False), (True, True)]
    assert len(await rows(database, chunk)) == 2


async def test_a_repository_that_becomes_private_takes_its_texts_along(database: Database) -> None:
    await remember(database, [told("issue.opened", **opened())])
    await remember(database, [told("issue.edited", minutes=5, readers="repo:acme/tally", **opened())])
    assert {row.readers for row in await rows(database, chunk)} == {"repo:acme/tally"}
    assert {row.readers for row in await rows(database, entity, entity.c.repo == "acme/tally")} == {"repo:acme/tally"}


async def test_times_in_the_future_and_before_all_clocks_count_as_now(database: Database) -> None:
    long_gone = told("issue.opened", id="x", **opened())
    object.__setattr__(long_gone, "occurred_at", datetime(1, 1, 1, tzinfo=UTC))
    await remember(database, [told(minutes=60 * 24 * 365 * 50, **opened()), long_gone])
    for row in await rows(database, chunk):
        assert abs(row.at - datetime.now(UTC)) < timedelta(minutes=5)
    assert at(0) < datetime.now(UTC)
