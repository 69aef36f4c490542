"""Exploring the graph: names by a part of them, a few neighbours of each kind, as it was at a moment, inside a scope."""

from hypothesis import given
from hypothesis import strategies as st

from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef
from forgecrew.memory.graph.around import around, shares
from forgecrew.store.database import Database
from forgecrew.store.queries import entities, exploring, said_of

from .telling import ALL, REPO, at, remember, told

SECRET = RepoRef("acme", "secret")


async def _filled(database: Database) -> None:
    base = {"title": "Parser loses rows", "author": "mia"}
    await remember(database, [
        told("issue.opened", number=1, body="It loses rows: src/parser.py", state="open", labels=["bug"], assignees=[], **base),
        told("issue.edited", number=1, minutes=10, state="closed", labels=[], assignees=["noa"], **base),
        *(told("issue.commented", number=1, minutes=20 + n, actor=f"user{n}", comment={"id": n + 1, "body": "me too"})
          for n in range(30)),
        told("issue.opened", number=5, repo=SECRET, readers="repo:acme/secret", title="Secret parser", body="see acme/tally#1",
             author="mia", state="open"),
    ])  # fmt: skip


async def test_names_are_found_by_a_part_and_exact_ones_come_first(database: Database) -> None:
    await _filled(database)
    async with database.read() as connection:
        everything = await exploring.everything(connection)
        assert everything.readers == {"public", "repo:acme/secret"}
        found = await exploring.named_about(connection, everything, "PARSER")
        assert {"acme/tally#1", "acme/secret#5", "acme/tally:src/parser.py"} <= {one.key for one in found}
        assert (await exploring.named_about(connection, everything, "#1"))[0].key == "acme/tally#1"
        assert await exploring.named_about(connection, everything, "%") == []
        public = await exploring.named_about(connection, Scope(), "parser")
        assert {one.repo for one in public} == {"acme/tally"}


async def test_a_few_of_each_kind_are_shown_and_all_are_counted(database: Database) -> None:
    await _filled(database)
    async with database.read() as connection:
        issue = await entities.find(connection, ALL, "issue", f"{REPO}#1")
        assert issue is not None
        groups = {(one.kind, one.direction): one for one in await around(connection, ALL, issue.id, limit=12)}
        assert sum(len(one.shown) for one in groups.values()) == 12
        commented = groups["commented_by", "from"]
        assert commented.count == 30
        assert 0 < len(commented.shown) < 12
        assert all(one.shown for one in groups.values()), "no kind is crowded out by a large one"
        more = await around(
            connection, ALL, issue.id, kinds=["commented_by"], directions=["from"], skip=len(commented.shown), limit=20
        )  # fmt: skip
        assert len(more[0].shown) == 20
        assert not {one.id for one in more[0].shown} & {one.id for one in commented.shown}
        hidden = {(one.kind, one.direction): one.count for one in await around(connection, Scope(), issue.id)}
        assert ("refers_to", "to") in groups
        assert ("refers_to", "to") not in hidden


async def test_what_stood_around_it_then(database: Database) -> None:
    await _filled(database)
    async with database.read() as connection:
        issue = await entities.find(connection, ALL, "issue", f"{REPO}#1")
        assert issue is not None

        async def others(minutes: float) -> set[str]:
            groups = await around(connection, ALL, issue.id, at=at(minutes), kinds=["state", "labelled", "assigned"])
            return {one.other_name for group in groups for one in group.shown}

        assert (await others(-1), await others(5), await others(15)) == (set(), {"open", "bug"}, {"closed", "noa"})
        moments = await exploring.moments(connection, ALL, issue.id)
        assert [at(0), at(10), at(20)] == moments[:3]
        assert moments == sorted(set(moments))
        early, late = [await said_of.texts(connection, ALL, issue.id, at=at(when), limit=50) for when in (15, 60)]
        assert (len(early), len(late)) == (1, 31)
        assert early[0].source_key.endswith("/body")
        assert late[0].source_key.endswith("/body")
        named = await said_of.texts(connection, Scope(), issue.id, naming=True)
        assert named == [], "the text that names it stands in a private repository"


@given(st.lists(st.integers(0, 40), max_size=12), st.integers(0, 20))
def test_shares_fill_the_room_and_are_even(wanted: list[int], room: int) -> None:
    given_ = shares(wanted, room)
    assert sum(given_) == min(room, sum(wanted))
    assert all(0 <= got <= want for got, want in zip(given_, wanted, strict=True))
    cut = [got for got, want in zip(given_, wanted, strict=True) if got < want]
    assert not cut or max(given_) - min(cut) <= 1
