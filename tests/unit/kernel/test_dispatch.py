import asyncio
import contextlib
from dataclasses import replace

import sqlalchemy as sa

from forgecrew.core.event import Event
from forgecrew.core.intent import Intent
from forgecrew.core.label import Integrity
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.core.stored_intent import IntentState
from forgecrew.core.subject import Subject
from forgecrew.core.task import TaskState
from forgecrew.kernel.dispatch import Dispatcher
from forgecrew.kernel.inbox import Inbox
from forgecrew.store.database import Database
from forgecrew.store.queries import claiming, dispatching, executing, intents, runs, task_lists
from forgecrew.store.tables import task as task_table
from tests.unit.kernel.crew import CREW, ISSUE, event

ASSIGNED = event("issue.assigned", assignees=["casey"], title="A cent is lost")


async def states(database: Database) -> list[tuple[str, TaskState]]:
    async with database.read() as connection:
        return [(task.role, task.state) for task in await task_lists.recent(connection)]


async def test_a_hundred_tellings_are_stored_once_each(database: Database) -> None:
    inbox = Inbox(database)
    told = [event("issue.opened", id=f"d{number}") for number in range(50)] * 2
    stored = await asyncio.gather(*(inbox.accept(one) for one in told))
    assert sum(stored) == 50
    assert inbox.arrived.is_set()


async def test_one_event_that_cannot_be_stored_does_not_cost_the_others(database: Database) -> None:
    inbox = Inbox(database)
    bad = replace(event("issue.opened", id="bad"), occurred_at=ASSIGNED.occurred_at.replace(tzinfo=None))
    results = await asyncio.gather(*(inbox.accept(one) for one in (ASSIGNED, bad)), return_exceptions=True)
    assert results[0] is True
    assert isinstance(results[1], Exception)


async def test_an_event_becomes_a_task_and_a_reaction(database: Database) -> None:
    inbox = Inbox(database)
    dispatcher = Dispatcher(database, CREW, inbox.arrived)
    await inbox.accept(ASSIGNED)
    assert await dispatcher.dispatch() == 1
    assert await dispatcher.dispatch() == 0
    async with database.read() as connection:
        ((task, _),) = await task_lists.concerning(connection, ISSUE)
        (seen,) = await intents.recent(connection)
    assert (task.role, task.state, task.title) == ("coder", TaskState.QUEUED, "A cent is lost")
    assert (seen.intent.kind, seen.intent.agent, seen.intent.arguments) == ("react", "casey", {"content": "eyes"})
    assert (seen.state, seen.intent.task_id) == (IntentState.ALLOWED, task.id)


async def test_several_dispatchers_make_one_task(database: Database) -> None:
    inbox = Inbox(database)
    for number in range(5):
        await inbox.accept(replace(ASSIGNED, external_id=f"d{number}"))
    await asyncio.gather(*(Dispatcher(database, CREW, inbox.arrived).dispatch() for _ in range(3)))
    assert await states(database) == [("coder", TaskState.QUEUED)]
    async with database.read() as connection:
        assert len(await intents.recent(connection)) == 1
        assert await dispatching.undispatched(connection) == []


class Killed(BaseException):
    """The process ends here."""


class KilledBetween(Dispatcher):
    """Dies inside the transaction, after the task was made."""

    async def _one(self, connection: object, event_id: str, event: Event) -> None:
        await super()._one(connection, event_id, event)  # type: ignore[arg-type]
        raise Killed


async def test_a_dispatcher_that_dies_leaves_nothing_half_done(database: Database) -> None:
    inbox = Inbox(database)
    await inbox.accept(ASSIGNED)
    with contextlib.suppress(Killed):
        await KilledBetween(database, CREW, inbox.arrived).dispatch()
    assert await states(database) == []
    await Dispatcher(database, CREW, inbox.arrived).dispatch()
    assert await states(database) == [("coder", TaskState.QUEUED)]


async def test_a_bad_event_is_left_aside(database: Database) -> None:
    inbox = Inbox(database)
    await inbox.accept(event("issue.commented", comment="not an object", id="bad"))
    await inbox.accept(ASSIGNED)
    await Dispatcher(database, CREW, inbox.arrived).dispatch()
    assert await states(database) == [("coder", TaskState.QUEUED)]
    async with database.read() as connection:
        ((_, problem),) = await dispatching.problems(connection)
    assert "ValueError" in problem


async def test_an_event_that_the_database_does_not_take_blocks_nobody(database: Database) -> None:
    inbox = Inbox(database)
    other = Subject(ISSUE.repo, "issue", 9)
    await inbox.accept(event("issue.assigned", id="bad", subject=other, assignees=["casey"], title="a \x00 in it"))
    await inbox.accept(ASSIGNED)
    await Dispatcher(database, CREW, inbox.arrived).dispatch()
    assert ("coder", TaskState.QUEUED) in await states(database)
    async with database.read() as connection:
        assert await task_lists.concerning(connection, ISSUE)
        assert await dispatching.undispatched(connection) == []


async def test_a_comment_told_twice_wakes_once(database: Database) -> None:
    inbox = Inbox(database)
    dispatcher = Dispatcher(database, CREW, inbox.arrived)
    await inbox.accept(ASSIGNED)
    await dispatcher.dispatch()
    table = task_table.task
    for number, external_id in enumerate(("d7", "poll:7")):
        async with database.write() as connection:
            await connection.execute(sa.update(table).values(state="waiting"))
        await inbox.accept(event("issue.commented", id=external_id, comment={"id": 7, "body": "Here."}))
        await dispatcher.dispatch()
        assert await states(database) == [("coder", TaskState.QUEUED if number == 0 else TaskState.WAITING)]


async def test_a_comment_told_twice_at_once_wakes(database: Database) -> None:
    inbox = Inbox(database)
    dispatcher = Dispatcher(database, CREW, inbox.arrived)
    await inbox.accept(ASSIGNED)
    await dispatcher.dispatch()
    async with database.write() as connection:
        await connection.execute(sa.update(task_table.task).values(state="waiting"))
    for external_id in ("d7", "poll:7"):
        await inbox.accept(event("issue.commented", id=external_id, comment={"id": 7, "body": "Here."}))
    await dispatcher.dispatch()
    assert await states(database) == [("coder", TaskState.QUEUED)]


async def test_a_review_that_is_faster_than_the_run_wakes_its_task(database: Database) -> None:
    inbox = Inbox(database)
    dispatcher = Dispatcher(database, CREW, inbox.arrived)
    await inbox.accept(ASSIGNED)
    await dispatcher.dispatch()
    async with database.write() as connection:
        task = await claiming.claim_next(connection, "w1", now=ASSIGNED.occurred_at)
        assert task is not None
        run_id = await runs.create(connection, task_id=task.id, worker_id="w1")
        opened = Intent("open_pull", "casey", ISSUE, "open", {}, run_id=run_id, task_id=task.id)
        intent_id, _ = await intents.propose(connection, opened, state=IntentState.ALLOWED)
        await executing.set_state(connection, intent_id, IntentState.DONE, result={"number": 2, "html_url": ""})
    await inbox.accept(event("pull.review_requested", "casey", id="d2", requested_reviewers=["robin"], head_sha="h1"))
    await inbox.accept(event("pull.reviewed", "robin", id="d3", review={"state": "APPROVED", "body": ""}))
    await dispatcher.dispatch()
    async with database.write() as connection:
        (review, _), *_ = await task_lists.concerning(connection, event("pull.reviewed").subject)
        assert (review.role, review.label.integrity) == ("reviewer", Integrity.CONTRIBUTOR)
        result = RunResult(Outcome.CHANGED, waits=True, pull_number=2)
        assert await claiming.end(connection, task.id, result, run_id=run_id) is TaskState.QUEUED


async def test_it_runs_until_stopped_and_is_woken_by_the_inbox(sqlite_database: Database) -> None:
    inbox, stopping = Inbox(sqlite_database), asyncio.Event()
    running = asyncio.create_task(Dispatcher(sqlite_database, CREW, inbox.arrived, pause_seconds=60).run(stopping))
    await asyncio.sleep(0.05)
    await inbox.accept(ASSIGNED)
    async with asyncio.timeout(10):
        while not await states(sqlite_database):
            await asyncio.sleep(0.01)
        stopping.set()
        await running
