"""Offers of a model become facts only when their source bears them out; newer ones supersede, nothing is doubled or lost."""

import random
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from forgecrew.core.scope import Scope
from forgecrew.memory.facts.fault import fault_of
from forgecrew.memory.facts.keep import PER_AUTHOR_MAX, PER_EVENT_MAX
from forgecrew.memory.facts.offer import Offer
from forgecrew.memory.facts.slot import Held, Standing, fold, predicate, slot_of
from forgecrew.memory.facts.spoken import spoken, stands_in
from forgecrew.memory.forget import forget
from forgecrew.store.database import Database
from forgecrew.store.queries import remembering, said_of
from forgecrew.store.tables.entity import entity
from forgecrew.store.tables.event import event

from ..telling import ALL, at, remember, rows, told
from .offered import OPENED, desk, facts, held, offer, say, sources, take, texts

UTC_ = "We keep all times in UTC."
BERLIN = "From now on all times are in Berlin time."


def test_only_the_authors_own_words_are_a_source() -> None:
    text = "> We use MySQL.\nlazily quoted\n\nNo, we use PostgreSQL.\n\n```\nWe use Oracle.\n```\n"
    assert spoken(text) == "No, we use PostgreSQL."
    assert not stands_in("We use MySQL.", spoken(text)) and stands_in("we  use\nPostgreSQL.", spoken(text))
    assert not stands_in("No", spoken(text)), "a word alone is no quote"


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (offer(UTC_), ""),
        (offer("All times are kept in UTC", quote="We keep all\n times in UTC."), ""),
        (offer(UTC_, quote="We keep all times in GMT."), "quote not in its source"),
        (offer("All times are kept in UTC since 2019", quote=UTC_), "not borne out"),
        (offer("Deploys need approval by @noa", quote=UTC_), "not borne out"),
        (offer("Releases happen weekly on Fridays", quote=UTC_), "not borne out"),
        (offer("It is kept in UTC", quote=UTC_), "does not stand alone"), (offer("No times but in UTC", quote=UTC_), ""),
        (offer(UTC_, sure="guess"), "guessed"), (offer(UTC_, kind="none"), "no fact"), (offer(" ", quote=UTC_), "no fact"),
        (offer("We keep all times [m:c3]", quote=UTC_), "no fact"),
    ],
)  # fmt: skip
def test_what_the_source_does_not_bear_out_is_dropped(made: Offer, fault: str) -> None:
    assert fault_of(made, f"Right. {UTC_} See you!") == fault


def test_topics_in_other_words_are_one() -> None:
    assert slot_of(predicate("decision", "Time zones!")) == slot_of(predicate("agreement", "the time zone"))
    assert slot_of("decision:time zone") != slot_of("preference:time zone") != slot_of("preference:line length")
    assert predicate("cause", "whatever") == "cause"


async def test_a_fact_has_its_source_and_its_label(database: Database) -> None:
    await say(database, f"Right. {UTC_}")
    assert await take(database, offer(UTC_)) == {"kept": 1}
    (row,) = await facts(database)
    (source,) = [one for one in await texts(database) if one.kind == "comment"]
    assert (row.quote, row.event_id, row.model, row.extractor, row.author) == (UTC_, source.event_id, "m", "facts@1", "mia")
    assert (row.integrity, row.readers, row.valid_from, row.confidence) == (1, "public", at(0), 0.9)
    (project,) = await rows(database, entity, entity.c.kind == "repo")
    assert row.subject_id == project.id and row.predicate == "decision:time zone"


async def test_names_become_entities_and_what_is_unknown_stays_text(database: Database) -> None:
    await say(database, "`parse_day` in src/days.py broke #7: the cause was a missing leap day.")
    quote = "the cause was a missing leap day."
    await take(database, offer("A missing leap day was the cause", quote=quote, kind="cause", about="src/days.py"))
    await take(database, offer("A missing leap day broke #7", quote=quote, about="the kitchen"))
    first, second = await facts(database)
    names = {row.id: row.key for row in await rows(database, entity)}
    assert names[first.subject_id] == "acme/tally:src/days.py" and first.predicate == "cause"
    assert names[second.subject_id] == "acme/tally#1" and second.predicate == "decision:the kitchen time zone"


async def test_a_newer_source_supersedes_with_dates_and_the_past_stays(database: Database) -> None:
    await say(database, UTC_)
    await say(database, BERLIN, id=6, minutes=60, by="noa")
    await take(database, offer(BERLIN))
    await take(database, offer(UTC_), place=-2)  # read later, said earlier
    new, old = await facts(database)
    assert (old.superseded_by, old.valid_to) == (new.id, at(60)) and await held(database) == [BERLIN]
    async with database.read() as connection:
        for minutes, text in ((30, UTC_), (90, BERLIN)):
            (one,) = await said_of.facts(connection, ALL, new.subject_id, at=at(minutes))
            assert one.text == text
        assert [one.text for one in await said_of.facts(connection, ALL, new.subject_id)] == [BERLIN]
    await say(database, f"{UTC_} Again.", id=7, minutes=120)
    assert await take(database, offer(UTC_)) == {"kept": 1}
    assert await held(database) == [UTC_] and len(await facts(database)) == 3, "nothing is deleted"


async def test_who_may_not_write_speaks_over_nobody_else(database: Database) -> None:
    await say(database, UTC_)
    await say(database, BERLIN, id=6, minutes=60, by="eve")
    assert await take(database, offer(BERLIN), writes=False) == {"not theirs to decide": 1}
    await take(database, offer(UTC_, kind="preference"), place=-2)
    await take(database, offer(BERLIN, kind="preference"), writes=False)
    assert await held(database) == [UTC_, BERLIN]
    member = Scope(frozenset({"public"}), integrity_min=2, trusted=frozenset({"mia"}))
    (project,) = await rows(database, entity, entity.c.kind == "repo")
    async with database.read() as connection:
        assert [one.text for one in await said_of.facts(connection, member, project.id)] == [UTC_]
    await say(database, UTC_, id=7, minutes=70, by="eve")
    assert await take(database, offer(UTC_, kind="preference"), writes=False) == {"known": 1}, "repeating it adds nothing"


async def test_the_same_is_kept_once_and_an_event_gives_few(database: Database) -> None:
    quote = "We tag releases, sign commits and pin versions."
    await say(database, f"{UTC_} {quote}")
    assert await take(database, offer(UTC_)) == {"kept": 1}
    assert await take(database, offer("we keep ALL times in utc", quote=UTC_)) == {"known": 1}
    made = [
        await take(database, offer(f"We {what}", quote=quote, topic=what))
        for what in quote[3:-1].replace(" and", ",").split(", ")
    ]
    assert len(await facts(database)) == PER_EVENT_MAX and made == [{"kept": 1}, {"kept": 1}, {"capped": 1}]


async def test_who_may_not_write_gives_few_facts_a_day(database: Database) -> None:
    made: Counter[str] = Counter()
    for nth in range(PER_AUTHOR_MAX + 2):
        await say(database, f"I like rule {nth} best.", by="eve", id=20 + nth, minutes=nth)
        made += await take(database, offer(f"I like rule {nth} best", kind="preference", topic=f"rule {nth}"), writes=False)
    assert made == {"kept": PER_AUTHOR_MAX, "capped": 2}


async def test_facts_follow_their_text(database: Database) -> None:
    await say(database, UTC_)
    await take(database, offer(UTC_))
    await say(database, f"Edited. {UTC_}", minutes=10)
    await desk(database).follow()
    (row,) = await facts(database)
    assert await held(database) == [UTC_] and row.chunk_id == (await texts(database))[-1].id
    await say(database, "Never mind.", minutes=20)
    async with database.read() as connection:
        assert await said_of.facts(connection, ALL, row.subject_id) == [], "at once, before anybody followed"
    assert await desk(database).follow() == 1 and await desk(database).follow() == 0
    (row,) = await facts(database)
    assert row.valid_to == at(20)
    await say(database, f"Edited. {UTC_}", minutes=30)
    await desk(database).follow()
    assert await held(database) == [UTC_]


@pytest.mark.parametrize("what", ["event", "person", "repo"])
async def test_facts_are_forgotten_with_their_source_and_what_they_ended_holds(database: Database, what: Any) -> None:
    await say(database, UTC_)
    await say(database, BERLIN, id=6, minutes=60, by="noa")
    await take(database, offer(UTC_), place=-2)
    await take(database, offer(BERLIN))
    assert await held(database) == [BERLIN]
    (newest,) = [one for one in await rows(database, event) if one.external_id == "6:60"]
    async with database.write() as connection:
        key = {"event": newest.id, "person": "NOA", "repo": "acme/tally"}[what]
        done = await forget(connection, what, key, asked_by="me")
    assert not any(done.left.values()) and done.removed["fact"] >= 1
    assert await held(database) == ([] if what == "repo" else [UTC_])


async def test_taking_the_log_in_again_changes_no_fact(database: Database) -> None:
    await say(database, UTC_)
    await take(database, offer(UTC_))
    before = await facts(database)
    async with database.write() as connection:
        await remembering.again(connection, event.c.id != "")
    await remember(database, [])
    await desk(database).follow()
    assert await facts(database) == before
    assert await take(database, offer(UTC_)) == {"known": 1} and await facts(database) == before


async def test_words_of_the_crew_of_memory_and_of_robots_are_no_source(database: Database) -> None:
    await say(database, "We keep all times in UTC [m:c7].", id=8)
    await say(database, UTC_, by="casey", id=9)
    await say(database, UTC_, by="deps[bot]", id=10)
    await say(database, UTC_, by="mia", id=11)
    found, last = await sources(database, withheld=lambda text: "UTC" in text).texts(0)
    assert [one.author for one in await texts(database) if one.kind == "comment"] == ["mia"]
    assert [one.kind for one in found] == ["issue"] and last > found[-1].id
    hidden = {"id": 12, "body": BERLIN, "author": "mia"}
    await remember(database, [told("issue.commented", id="x", comment=hidden, readers="secret", **OPENED)])
    assert await texts(database) == []


def test_the_fold_reads_versions_anew() -> None:
    def one(id: int, version: int, text: int, minutes: float, key: str = "k", topic: str = "t") -> Held:
        return Held(id, f"decision:{topic}", key, "mia", 4, at(minutes), text, f"facts@{version}")

    anew = [one(1, 1, 7, 0), one(2, 2, 7, 0, "other", "another topic"), one(3, 1, 8, 5)]
    assert fold(anew) == {1: Standing(2), 2: Standing(), 3: Standing()}
    assert fold(anew[:1]) == {1: Standing()} and fold([]) == {}
    assert fold([one(1, 1, 7, 0), one(3, 1, 8, 5)]) == {1: Standing(3, datetime(2026, 1, 5, 9, 5, tzinfo=UTC)), 3: Standing()}


@pytest.mark.parametrize("seed", range(4))
async def test_what_held_at_any_moment_is_what_was_said_last_before(sqlite_database: Database, seed: int) -> None:
    database, draw = sqlite_database, random.Random(seed)
    said = [(minute, draw.choice(("time zone", "line length")), f"Rule {minute} holds.") for minute in range(10, 80, 10)]
    for minute, _, text in said:
        await say(database, text, id=minute, minutes=minute, by=draw.choice(("mia", "noa")))
    for nth in draw.sample(range(len(said)), len(said)):
        _, topic, text = said[nth]
        assert await take(database, offer(text, topic=topic), place=nth + 1) == {"kept": 1}
    (project,) = await rows(database, entity, entity.c.kind == "repo")
    async with database.read() as connection:
        for minute in range(5, 90, 10):
            held_then = {one.text for one in await said_of.facts(connection, ALL, project.id, at=at(minute))}
            newest = {topic: text for moment, topic, text in said if moment <= minute}
            assert held_then == set(newest.values()), minute
        now = {one.text for one in await said_of.facts(connection, ALL, project.id)}
    assert now == set({topic: text for _, topic, text in said}.values())
