from datetime import timedelta

from forgecrew.core.intent import Intent
from forgecrew.core.label import Integrity, Label
from forgecrew.core.moment import utc_now
from forgecrew.core.stored_intent import IntentState
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.store.database import Database
from forgecrew.store.queries import executing, intents, workers

REPO = RepoRef("acme", "tally")


def intent(key: str, *, number: int = 1, kind: str = "comment", task_id: int = 0) -> Intent:
    label = Label(Integrity.COLLABORATOR, "repo:acme/tally")
    return Intent(kind, "casey", Subject(REPO, "issue", number), key, {"body": key}, label=label, task_id=task_id)


async def propose(database: Database, *proposed: Intent) -> list[str]:
    async with database.write() as connection:
        return [(await intents.propose(connection, one, state=IntentState.ALLOWED))[0] for one in proposed]


async def test_the_same_key_gives_the_first(database: Database) -> None:
    first, again, other = await propose(database, intent("a"), intent("a"), intent("b"))
    assert first == again != other
    async with database.read() as connection:
        stored = await intents.get(connection, first)
    assert stored is not None
    assert stored.intent == intent("a")


async def test_one_at_a_time_per_subject_in_order(database: Database) -> None:
    a, b, c = await propose(database, intent("a"), intent("b"), intent("c", number=2))
    now = utc_now()
    async with database.write() as connection:
        claimed = [await executing.next_allowed(connection, "e1", now=now) for _ in range(3)]
        assert [stored.id if stored else None for stored in claimed] == [a, c, None]
        assert not await executing.set_state(connection, a, IntentState.DONE, executor="e2")
        assert await executing.set_state(connection, a, IntentState.DONE, executor="e1", result={"comment_id": 3})
        following = await executing.next_allowed(connection, "e1", now=now)
        done = await intents.get(connection, a)
    assert following is not None
    assert following.id == b
    assert done is not None
    assert done.result == {"comment_id": 3}


async def test_intents_of_a_dead_executor_come_back_after_a_pause(database: Database) -> None:
    (a,) = await propose(database, intent("a"))
    now = utc_now()
    async with database.write() as connection:
        await workers.join(connection, "e1", kind="effects", host="h", pid=1, now=now, lease_seconds=6)
        await executing.next_allowed(connection, "e1", now=now)
        assert await executing.recover(connection, now=now, grace_seconds=2) == []
        dead = now + timedelta(seconds=7)
        assert await executing.recover(connection, now=dead, grace_seconds=2) == [a]
        assert not await executing.ready(connection, now=dead)
        assert await executing.next_allowed(connection, "e2", now=dead) is None
        again = await executing.next_allowed(connection, "e2", now=dead + timedelta(seconds=2))
    assert again is not None
    assert again.attempts == 2


async def test_newer_and_done(database: Database) -> None:
    a, b, _ = await propose(
        database, intent("a", task_id=4), intent("b", task_id=4), intent("c", task_id=5)
    )  # fmt: skip
    async with database.write() as connection:
        stored, last = await intents.get(connection, a), await intents.get(connection, b)
        assert stored is not None
        assert last is not None
        assert await intents.newer(connection, stored) == b
        assert await intents.newer(connection, last) is None
        await executing.set_state(connection, a, IntentState.DONE)
        assert [one.id for one in await intents.done_of(connection, agent="casey", kind="comment", repo=REPO)] == [a]
        assert [one.id for one in await intents.recent(connection, task_id=4)] == [b, a]
