"""Temporal truth: whatever is told in whatever order, memory answers as a plain model of the world does."""

import itertools
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forgecrew.core.event import Event
from forgecrew.core.moment import utc_now
from forgecrew.memory.graph.as_of import file_was_there, thread_at
from forgecrew.memory.graph.near import one_step
from forgecrew.memory.graph.people import who_knows
from forgecrew.memory.graph.work import blockers, closed_by
from forgecrew.store.database import Database
from forgecrew.store.queries import entities

from .telling import ALL, REPO, at, remember, told

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Page:
    """What an issue shows at one moment."""

    labels: frozenset[str] = frozenset()
    assignees: frozenset[str] = frozenset()
    state: str = "open"
    milestone: str = ""


pages = st.builds(
    Page,
    labels=st.frozensets(st.sampled_from(["bug", "ui", "p1"])),
    assignees=st.frozensets(st.sampled_from(["mia", "noa"])),
    state=st.sampled_from(["open", "closed"]),
    milestone=st.sampled_from(["", "v1", "v2"]),
)
histories = st.lists(st.tuples(st.integers(0, 12), pages), min_size=1, max_size=8)


def event_of(number: int, minute: int, page: Page, serial: int) -> Event:
    return told(
        number=number, minutes=minute, id=f"{number}/{serial}", title="t", author="mia", state=page.state,
        labels=sorted(page.labels), assignees=sorted(page.assignees), milestone=page.milestone,
    )  # fmt: skip


def as_told(page: Page | None) -> dict[str, list[str]]:
    if page is None:
        return {"state": [], "labelled": [], "assigned": [], "milestone": []}
    return {
        "state": [page.state], "labelled": sorted(page.labels), "assigned": sorted(page.assignees),
        "milestone": [page.milestone] if page.milestone else [],
    }  # fmt: skip


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories, cut=st.integers(0, 8))
async def test_what_was_so_at_any_moment(database: Database, history: list[tuple[int, Page]], cut: int) -> None:
    """The order of the list is the order of delivery: times jump back and forth, repeat, and come in batches."""
    number = next(_numbers)
    events = [event_of(number, minute, page, serial) for serial, (minute, page) in enumerate(history)]
    for batch in (events[:cut], events[cut:]):
        await remember(database, batch)
    async with database.read() as connection:
        for minute in range(-1, 14):
            before = [(when, serial) for serial, (when, _) in enumerate(history) if when <= minute]
            page = history[max(before)[1]][1] if before else None
            shown = await thread_at(connection, ALL, REPO, number, at(minute))
            assert {kind: shown[kind] for kind in as_told(None)} == as_told(page), minute
        newest = history[max((when, serial) for serial, (when, _) in enumerate(history))[1]][1]
        shown = await thread_at(connection, ALL, REPO, number)
        assert {kind: shown[kind] for kind in as_told(None)} == as_told(newest)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=8))
async def test_whether_a_file_was_there(database: Database, changes: list[tuple[int, bool]]) -> None:
    path = f"src/file_{next(_numbers)}.py"
    for serial, (minute, added) in enumerate(changes):
        commit = {"id": f"{next(_numbers):040x}", "message": "m", "author": "Mia", "email": "m@example.org"}
        commit["added" if added else "removed"] = [path]  # type: ignore[assignment]
        pushed = told(
            "push", number=0, minutes=minute, id=f"{path}{serial}", branch="main", default_branch="main", commits=[commit]
        )
        await remember(database, [pushed])
    async with database.read() as connection:
        for minute in range(-1, 11):
            before = [(when, serial) for serial, (when, _) in enumerate(changes) if when <= minute]
            expected = bool(before) and changes[max(before)[1]][1]
            assert await file_was_there(connection, ALL, REPO, path, at(minute)) == expected


async def test_what_was_known_when(database: Database) -> None:
    await remember(database, [event_of(900, 0, Page(labels=frozenset({"bug"})), 0)])
    then = utc_now()
    await remember(database, [event_of(900, 10, Page(), 1)])
    async with database.read() as connection:
        known_now = await thread_at(connection, ALL, REPO, 900, at(20))
        known_then = await thread_at(connection, ALL, REPO, 900, at(20), known_at=then)
    assert (known_now["labelled"], known_then["labelled"]) == ([], ["bug"])


async def test_who_knows_a_file_what_closed_an_issue_and_what_blocks_a_release(database: Database) -> None:
    def commit(serial: int, author: str) -> dict[str, object]:
        return {"id": f"{serial:040x}", "message": "Change", "author": author, "login": author, "modified": ["a.py"]}

    await remember(database, [
        told("push", number=0, branch="main", default_branch="main",
             commits=[commit(1, "mia"), commit(2, "noa"), commit(3, "noa")]),
        event_of(1, 0, Page(milestone="v1"), 0), event_of(2, 0, Page(milestone="v1", state="closed"), 0),
        event_of(3, 0, Page(), 0), event_of(4, 0, Page(state="closed"), 0),
        told("issue.commented", number=1, minutes=5, comment={"id": 1, "body": "depends on #3 and #4"}),
        told("pull.opened", number=9, title="Fix", body="Fixes #2", author="casey", state="closed", merged=True),
        told("pull.opened", number=8, title="Try", body="Fixes #2", author="casey", state="closed"),
    ])  # fmt: skip
    async with database.read() as connection:
        assert [(one.name, one.changes) for one in await who_knows(connection, ALL, REPO, "a.py")] == [("noa", 2), ("mia", 1)]
        assert [one.other_key for one in await closed_by(connection, ALL, REPO, 2)] == ["acme/tally#9", "acme/tally#8"]
        assert {(one.key, one.why) for one in await blockers(connection, ALL, REPO, "v1")} == {
            ("acme/tally#1", "open"), ("acme/tally#3", "acme/tally#1 depends on it"),
        }  # fmt: skip


async def test_a_hub_gives_twenty_neighbours_at_most(database: Database) -> None:
    await remember(database, [event_of(number, 0, Page(), 0) for number in range(100, 140)])
    async with database.read() as connection:
        hub = await entities.find(connection, ALL, "repo", str(REPO))
        assert hub is not None
        assert len((await one_step(connection, ALL, [hub.id], ["issue_in"]))[hub.id]) == 20
