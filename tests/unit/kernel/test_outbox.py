import asyncio
from datetime import timedelta

import pytest

from forgecrew.core.errors import NotFound, RefusedError, WorldError
from forgecrew.core.intent import Intent
from forgecrew.core.label import Integrity, Label
from forgecrew.core.moment import utc_now
from forgecrew.core.new_task import NewTask
from forgecrew.core.step import Step
from forgecrew.core.stored_intent import IntentState
from forgecrew.kernel.outbox import StoredOutbox
from forgecrew.kernel.step_log import StoredStepLog
from forgecrew.store.database import Database
from forgecrew.store.queries import audit, executing, runs, tasks
from tests.unit.kernel.crew import ISSUE


def comment(key: str, integrity: Integrity = Integrity.COLLABORATOR, kind: str = "comment") -> Intent:
    return Intent(kind, "casey", ISSUE, key, {"body": "x", "marker": "m"}, label=Label(integrity))


async def test_an_outcome_is_waited_for(database: Database) -> None:
    outbox = StoredOutbox(database)
    intent_id = await outbox.propose(comment("a"))
    assert await outbox.propose(comment("a")) == intent_id
    waiting = asyncio.create_task(outbox.outcome(intent_id, timeout_seconds=20))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    async with database.write() as connection:
        await executing.set_state(connection, intent_id, IntentState.DONE, result={"comment_id": 5})
    assert await waiting == {"comment_id": 5}


@pytest.mark.parametrize("state", [IntentState.FAILED, IntentState.EXPIRED, IntentState.DENIED])
async def test_what_will_not_happen_is_refused(sqlite_database: Database, state: IntentState) -> None:
    outbox = StoredOutbox(sqlite_database)
    intent_id = await outbox.propose(comment("a"))
    async with sqlite_database.write() as connection:
        await executing.set_state(connection, intent_id, state, problem="no right")
    how = "as casey failed" if state is IntentState.FAILED else f"was {state.value}"
    with pytest.raises(RefusedError, match=f"comment {how}: no right"):
        await outbox.outcome(intent_id, timeout_seconds=5)


async def test_policy_decides_when_an_intent_is_stored(database: Database) -> None:
    outbox = StoredOutbox(database)
    asked = await outbox.propose(comment("a", Integrity.STRANGER, "open_pull"))
    denied = await outbox.propose(comment("b", kind="merge_pull"))
    await outbox.propose(comment("b", kind="merge_pull"))
    with pytest.raises(RefusedError, match="open_pull needs a person's yes: A2 on what a stranger wrote"):
        await outbox.outcome(asked, timeout_seconds=600)
    with pytest.raises(RefusedError, match="merge_pull was denied: A5"):
        await outbox.outcome(denied, timeout_seconds=0)
    async with database.read() as connection:
        assert await audit.broken_at(connection) is None
        assert await audit.head(connection) != audit.START


async def test_nobody_executes(sqlite_database: Database) -> None:
    outbox = StoredOutbox(sqlite_database)
    intent_id = await outbox.propose(comment("a"))
    with pytest.raises(WorldError, match="is the process `forgecrew effects` running"):
        await outbox.outcome(intent_id, timeout_seconds=0.05)
    async with sqlite_database.write() as connection:
        await executing.set_state(
            connection,
            intent_id,
            IntentState.ALLOWED,
            problem="the forge is down",
            not_before=utc_now() + timedelta(1),
        )
    with pytest.raises(WorldError, match="the forge is down"):
        await outbox.outcome(intent_id, timeout_seconds=0)
    with pytest.raises(NotFound):
        await outbox.outcome("nothing", timeout_seconds=0)


async def test_bytes(database: Database) -> None:
    outbox = StoredOutbox(database)
    sha256 = await outbox.keep_bytes(b"bundle")
    assert await outbox.read_bytes(sha256) == b"bundle"
    with pytest.raises(NotFound):
        await outbox.read_bytes("0" * 64)


async def test_the_step_log_counts_each_step_once(database: Database) -> None:
    async with database.write() as connection:
        task_id = await tasks.create(connection, NewTask("coder", "casey", ISSUE, "mia"))
        assert task_id is not None
        run_id = await runs.create(connection, task_id=task_id, worker_id="w1")
    log = StoredStepLog(database)
    for number, tokens in ((1, 100), (2, 900), (2, 700)):
        await log.write(Step(run_id, number, "edit", "act", "sh: ls", "ok", prompt_tokens=tokens, output_tokens=10))
    await log.stage(run_id, "edit", [("read", "done"), ("edit", "running")])
    await log.diff(run_id, "+a")
    assert [step.prompt_tokens for step in await log.read(run_id)] == [100, 700]
    assert [step.number for step in await log.read(run_id, after=1)] == [2]
    async with database.read() as connection:
        run = await runs.get(connection, run_id)
    assert run is not None
    assert (run.steps, run.prompt_tokens, run.output_tokens, run.prompt_tokens_max) == (2, 800, 20, 700)
    assert (run.stage, run.plan, run.diff) == ("edit", (("read", "done"), ("edit", "running")), "+a")
