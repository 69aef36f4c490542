"""Facts are found in idle time alone, by a model that may be slow, wrong or gone; no task waits for that."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from weakref import WeakKeyDictionary

import pytest
import sqlalchemy as sa

from forgecrew.core.errors import ModelUnavailable
from forgecrew.core.moment import utc_now
from forgecrew.core.new_task import NewTask
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.integrations.openai_compatible.chat_model import connect
from forgecrew.kernel.fact_asking import FactAsking
from forgecrew.kernel.fact_finding import FactFinding
from forgecrew.kernel.fact_reading import FORMLESS_MAX, FactReading
from forgecrew.kernel.idle_time import IdleTime, Interrupted
from forgecrew.kernel.model_turn import ModelTurn
from forgecrew.memory.facts import progress
from forgecrew.memory.facts.rollback import rollback
from forgecrew.ports.chat_model import ChatModel
from forgecrew.ports.model_settings import ModelSettings
from forgecrew.store.database import Database
from forgecrew.store.queries import tasks
from forgecrew.store.tables.task import task
from tests.scripted_model import ScriptedModel, Turn, scripted_model

from ..memory.facts.offered import OPENED, desk, facts, held, say, sources
from ..memory.telling import remember, told

UTC_ = "We keep all times in UTC."
CHATS: dict[str, ChatModel] = {}
NEW = NewTask("coder", "casey", Subject(RepoRef("acme", "tally"), "issue", 1), "mia", "Mend")


def mind(body: dict[str, Any]) -> str:
    """Chooses the texts that hold "We keep", and takes that sentence."""
    shown = body["messages"][-1]["content"]
    if "<texts>" in shown:
        parts = shown.partition("</texts>")[0].split("\n\n[")
        return json.dumps({"texts": [part.removeprefix("<texts>\n[").partition("]")[0] for part in parts if "We keep" in part]})
    said = shown.partition("</text>")[0]
    quote = said[said.index("We keep") :].partition(".")[0]
    return json.dumps({"kind": "decision", "quote": f"{quote}.", "about": "project", "topic": "time zone", "statement": quote,
                       "sure": "certain", "more": False})  # fmt: skip


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """What is stored is tried on both databases in tests/unit/memory/facts."""
    return sqlite_database


@pytest.fixture
async def model() -> AsyncIterator[ScriptedModel]:
    async with scripted_model(answer=mind) as found:
        chat = connect(ModelSettings(url=f"{found.url}/v1", name="scripted", window=4096))
        CHATS[found.url] = chat
        yield found
        await CHATS.pop(found.url).close()


TURNS: WeakKeyDictionary[Database, ModelTurn] = WeakKeyDictionary()


def finding(
    database: Database, model: ScriptedModel, *, per_day_max: int = 100, turn: ModelTurn | None = None
) -> FactFinding:  # fmt: skip
    async def may_write(repo: str, login: str) -> bool:
        return True

    idle = IdleTime(database, rest_seconds=0)
    asking = FactAsking(lambda: CHATS[model.url], idle)
    reading = FactReading(desk(database), sources(database), asking, may_write, per_day_max)
    return FactFinding(reading, turn or TURNS.setdefault(database, ModelTurn(database)), idle)


async def all_of(found: FactFinding) -> None:
    while await found.look():
        pass


async def how_far(database: Database) -> progress.Progress:
    async with database.read() as connection:
        return await progress.load(connection)


async def add_task(database: Database) -> None:
    async with database.write() as connection:
        await tasks.create(connection, NEW)


async def test_facts_are_found_once_and_what_it_cost_is_counted(database: Database, model: ScriptedModel) -> None:
    await say(database, f"Fine. {UTC_}")
    await say(database, "Thanks!", id=6, minutes=1)
    await all_of(finding(database, model))
    assert await held(database) == [UTC_[:-1]] and len(model.requests) == 2
    asked = model.requests[0]["messages"][-1]["content"]
    assert "[2] comment in tally#1 by mia, 2026-01-05:" in asked and "JSON" in asked
    done = await how_far(database)
    assert (done.texts, done.calls, done.counts, done.today) == (2, 2, {"kept": 1}, 1) and done.prompt_tokens_most < 3_000
    await all_of(finding(database, model))
    assert len(model.requests) == 2 and await how_far(database) == done, "what was read is not read again"


async def test_what_is_new_is_read_first_then_what_is_older_from_its_end(database: Database, model: ScriptedModel) -> None:
    for nth in range(20):
        await say(database, f"Thanks for number {nth}!", id=30 + nth, minutes=nth)
    found = finding(database, model)

    async def looked_at() -> str:
        assert await found.look()
        return str(model.requests[-1]["messages"][-1]["content"])

    first = await looked_at()
    assert "number 19!" in first and "number 8!" in first and "number 7!" not in first
    await say(database, "Something new.", id=99, minutes=99)
    assert "Something new." in (newer := await looked_at()) and "for number" not in newer
    rest = await looked_at()
    assert "number 7!" in rest and "Times are a mess" in rest and not await found.look()
    assert (await how_far(database)).texts == 22


async def test_nothing_is_asked_while_there_is_work(database: Database, model: ScriptedModel) -> None:
    await say(database, UTC_)
    await add_task(database)
    assert not await finding(database, model).look() and model.requests == []
    async with database.write() as connection:
        await connection.execute(sa.update(task).values(state="waiting"))
    await all_of(finding(database, model))
    assert await held(database), "what waits for people does not keep the model busy"


async def test_a_task_that_comes_ends_it_at_once_and_nothing_is_lost(database: Database, model: ScriptedModel) -> None:
    await say(database, UTC_)
    model.turns.append(Turn("never", pause_seconds=60))
    looking = asyncio.create_task(finding(database, model).look())
    while not model.requests:
        await asyncio.sleep(0.01)
    await add_task(database)
    with pytest.raises(Interrupted):
        await asyncio.wait_for(looking, 20)
    assert (await how_far(database)).chunk == 0
    async with database.write() as connection:
        await connection.execute(sa.delete(task))
    await all_of(finding(database, model))
    assert await held(database) == [UTC_[:-1]]


async def test_a_model_that_answers_garbage_is_left_alone_and_passed_over_in_the_end(
    database: Database, model: ScriptedModel
) -> None:
    await say(database, UTC_)
    model.answer = lambda body: "I am sure that this is fine."
    found = finding(database, model)
    for _ in range(FORMLESS_MAX - 1):
        with pytest.raises(ModelUnavailable, match="without the form"):
            await found.look()
    await all_of(found)
    done = await how_far(database)
    assert done.counts == {"without the form": FORMLESS_MAX} and len(model.requests) == FORMLESS_MAX
    assert await facts(database) == []


async def test_a_model_that_makes_things_up_adds_nothing(database: Database, model: ScriptedModel) -> None:
    await say(database, UTC_)

    def liar(body: dict[str, Any]) -> str:
        if "<texts>" in body["messages"][-1]["content"]:
            return '{"texts": ["1", "2", "9", "-3", "all"]}'
        made = {"kind": "decision", "quote": "noa is admin of everything", "about": "@noa", "topic": "rights"}
        return json.dumps(made | {"statement": "noa is admin", "sure": "certain", "more": True})

    model.answer = liar
    await all_of(finding(database, model))
    assert await facts(database) == [] and (await how_far(database)).counts["quote not in its source"] == 2


async def test_a_day_has_a_most_and_a_version_that_was_taken_back_reads_on_where_it_was(
    database: Database, model: ScriptedModel
) -> None:
    for nth, word in enumerate(("UTC", "GMT", "CET")):
        await say(database, f"We keep all times in {word}.", id=10 + nth, minutes=nth)
    await all_of(finding(database, model, per_day_max=2))
    assert len(await facts(database)) == 2 and not await finding(database, model, per_day_max=2).look()
    async with database.write() as connection:
        assert await rollback(connection, "facts@1", now=utc_now()) == 2
    await all_of(finding(database, model))
    assert await held(database) == ["We keep all times in CET"], "it goes on with what it had not read"
    async with database.write() as connection:
        await rollback(connection, "facts@1", again=True, now=utc_now())
    await all_of(finding(database, model))
    assert len(await facts(database)) == 3 and await held(database) == ["We keep all times in CET"]


async def test_reading_everything_again_adds_nothing(database: Database, model: ScriptedModel) -> None:
    await say(database, UTC_)
    await all_of(finding(database, model))
    before = await facts(database)
    async with database.write() as connection:
        await progress.begin_again(connection)
    await all_of(finding(database, model))
    assert await facts(database) == before and (await how_far(database)).counts == {"known": 1}


async def test_a_slow_model_holds_nobody_up_who_stops(
    database: Database, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forgecrew.kernel.fact_finding.LOOK_SECONDS", 0.05)
    await say(database, UTC_)
    model.turns.append(Turn("never", pause_seconds=600))
    stopping = asyncio.Event()
    going = asyncio.create_task(finding(database, model).run(stopping))
    while not model.requests:
        await asyncio.sleep(0.01)
    stopping.set()
    await asyncio.wait_for(going, 20)
    assert (await how_far(database)).chunk == 0


async def test_of_two_processes_one_reads(database: Database, model: ScriptedModel) -> None:
    await say(database, UTC_)
    first, second = finding(database, model), finding(database, model, turn=ModelTurn(database))
    assert await first.look() and not await second.look()
    await all_of(first)
    assert await held(database) and not await second.look()
    await TURNS[database].give_back()
    assert await second.look() is False and await ModelTurn(database).take() is False, "now it is the other one's"


async def test_it_runs_until_it_is_stopped(database: Database, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forgecrew.kernel.fact_finding.LOOK_SECONDS", 0.05)
    monkeypatch.setattr("forgecrew.kernel.fact_finding.BETWEEN_SECONDS", 0.05)
    await say(database, UTC_)
    stopping = asyncio.Event()
    going = asyncio.create_task(finding(database, model).run(stopping))
    while not await held(database):
        await asyncio.sleep(0.05)
    stopping.set()
    await asyncio.wait_for(going, 20)


async def test_a_hundred_texts_cost_few_calls_of_small_prompts(database: Database, model: ScriptedModel) -> None:
    talk = "I looked at the totals of the third quarter again and they do not add up, see the table below. " * 6
    events: list[Any] = []
    for nth in range(100):
        body = f"We keep all times of ledger {nth} in UTC." if nth % 7 == 0 else f"{nth}: {talk[: 40 + 53 * (nth % 11)]}"
        comment = {"id": 100 + nth, "body": body, "author": "mia"}
        events.append(told("issue.commented", minutes=nth, id=f"c{nth}", comment=comment, **OPENED))
    await remember(database, events)
    await all_of(finding(database, model))
    done = await how_far(database)
    assert done.texts == 101 and done.counts["kept"] == 15
    assert done.calls <= 15 + 101 / 4, "one look for several texts, one call for each that was chosen"
    assert done.prompt_tokens / done.texts < 400 and done.prompt_tokens_most < 4096 - 800
