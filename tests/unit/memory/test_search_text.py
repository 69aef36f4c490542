from forgecrew.core.scope import Scope
from forgecrew.memory.search_text import search_text
from forgecrew.store.database import Database
from forgecrew.store.queries import chunks, terms

from .telling import ALL, remember, told

TEXTS = [
    "getUserName crashes when the session token expired",
    "rounding of currencies is wrong, see split_amounts",
    "the parser loops forever on an empty file in tally/parse/tokens.py",
    "nobody crashed today",
]


async def found(database: Database, question: str, scope: Scope = ALL) -> list[str]:
    async with database.read() as connection:
        hits = await search_text(connection, scope, question)
        texts = await chunks.by_ids(connection, scope, [hit.chunk_id for hit in hits])
    assert sorted((hit.score for hit in hits), reverse=True) == [hit.score for hit in hits]
    assert all(hit.score > 0 for hit in hits)
    return [texts[hit.chunk_id].text for hit in hits]


async def test_words_stems_and_parts_of_names_find_their_chunks(database: Database) -> None:
    await remember(
        database,
        [told("issue.commented", minutes=n, comment={"id": n + 1, "body": text}) for n, text in enumerate(TEXTS)],
    )
    assert (await found(database, "which user name is it?"))[0] == TEXTS[0]
    assert (await found(database, "get_user_name"))[0] == TEXTS[0]
    assert (await found(database, "splitAmounts"))[0] == TEXTS[1]
    assert (await found(database, "currency"))[0] == TEXTS[1]
    assert (await found(database, "parse/tokens.py"))[0] == TEXTS[2]
    assert set(await found(database, "crashing")) == {TEXTS[0], TEXTS[3]}
    assert await found(database, "the of and what") == []
    assert await found(database, 'zebra "quoted" OR NOT (*) \'); DROP TABLE chunk; -- ') == []
    assert await found(database, "") == []


async def test_frequent_terms_are_left_out_and_do_not_drown_a_rare_one(database: Database) -> None:
    events = [
        told(
            "issue.commented",
            minutes=n,
            comment={"id": n + 1, "body": f"frequent words number{n} here {'needle' if n == 77 else ''}"},
        )
        for n in range(500)
    ]
    await remember(database, events)
    if not database.sqlite:
        async with database.write() as connection:
            assert await terms.recount(connection)
            assert not await terms.recount(connection)
    assert len(await found(database, "frequent words with a needle")) == 1
    assert await found(database, "frequent words") == []


async def test_what_the_scope_hides_is_never_found(database: Database) -> None:
    await remember(database, [
        told("issue.commented", id="a", comment={"id": 1, "body": "open zebra"}),
        told("issue.commented", id="b", comment={"id": 2, "body": "hidden zebra"}, readers="repo:acme/secret"),
    ])  # fmt: skip
    assert await found(database, "zebra", Scope()) == []  # the later event made the whole repository private
    assert len(await found(database, "zebra")) == 2
