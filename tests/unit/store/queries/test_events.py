from dataclasses import replace

from forgecrew.core.event import Event
from forgecrew.core.json import Json
from forgecrew.core.moment import utc_now
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.store.database import Database
from forgecrew.store.queries import dispatching, events

SUBJECT = Subject(RepoRef("acme", "tally"), "issue", 1)


def commented(external_id: str, comment_id: int = 5) -> Event:
    payload: Json = {"comment": {"id": comment_id, "body": "héllo"}, "assignees": ["casey"]}
    return Event("gitea", "issue.commented", external_id, "mia", SUBJECT, utc_now(), payload)


async def test_an_event_is_stored_once(database: Database) -> None:
    first = commented("d1")
    async with database.write() as connection:
        assert await events.insert(connection, [first, commented("d2"), first]) == [True, True, False]
        assert await events.insert(connection, [first, replace(first, actor="kim")]) == [False, True]
        (event_id, stored), *_ = await dispatching.undispatched(connection)
    assert stored == first
    assert event_id


async def test_an_event_is_dispatched_once_and_a_bad_one_is_left_aside(database: Database) -> None:
    async with database.write() as connection:
        await events.insert(connection, [commented("d1"), commented("d2")])
        (first, _), (second, _) = await dispatching.undispatched(connection)
        assert await dispatching.set_dispatched(connection, [first]) == {first}
        assert await dispatching.set_dispatched(connection, [first]) == set()
        await dispatching.set_problem(connection, second, "cannot be read")
        assert await dispatching.undispatched(connection) == []
        assert await dispatching.problems(connection) == [(second, "cannot be read")]


async def test_a_comment_is_known_again(database: Database) -> None:
    async with database.write() as connection:
        await events.insert(connection, [commented("d1"), commented("poll:5")])
        (first, event), (second, again) = await dispatching.undispatched(connection)
        assert not await dispatching.has_comment(connection, first, event, 5)
        await dispatching.set_dispatched(connection, [first])
        assert await dispatching.has_comment(connection, second, again, 5)
        assert not await dispatching.has_comment(connection, second, again, 6)
        assert len(await events.of_subject(connection, SUBJECT, ["issue.commented"])) == 2
