"""Memory for people at a shell: filling it with the past, forgetting, and what it holds."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from forgecrew.app import connections
from forgecrew.app.load_settings import load_settings
from forgecrew.app.prepare_database import prepare_database
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.app.roster import call_roster
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError
from forgecrew.core.label import PUBLIC, Label
from forgecrew.core.subject import RepoRef
from forgecrew.store.database import Database


async def backfill(home: Path, *, repo: str, anew: bool, tell: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Take in the past of a repository; `tell` hears of the progress. Raises ConfigError, RefusedError or ForgeUnavailable."""
    from forgecrew.kernel.backfill.backfill import Backfill, Progress
    from forgecrew.kernel.backfill.past_events import PastEvents
    from forgecrew.memory.remember import Memory
    from forgecrew.store.tables.base import utc_now

    ref = _ref(repo)
    async with _opened(home) as (settings, database):
        secrets = load_read_secrets(settings.home)
        accounts = list(secrets.tokens.items())
        if not accounts:
            raise ConfigError("no account of the crew has a read token: run `forgecrew init` again")
        forge = connections.forge_as(settings, accounts[0][1])
        history = connections.history_as(settings, accounts[0][1])
        try:
            shown = await forge.repositories.repo(ref)
            await connections.code_host(settings, accounts).refresh(ref, shown.clone_url)
            label = Label(readers=f"repo:{shown.ref}" if shown.private else PUBLIC)
            make = PastEvents(settings.forge.kind, shown.ref, label, utc_now())
            told: Callable[[Progress], None] = lambda progress: tell(asdict(progress))  # noqa: E731
            work = Backfill(database, forge, history, connections.code_history(settings), make, told)
            progress = await work.run(shown.ref, shown.default_branch, anew=anew)
        finally:
            await forge.close()
            await history.close()
        memory, taken = Memory(database, list(call_roster(settings, with_procedures=False).accounts.values())), 0
        while found := await memory.remember():
            taken += found
            tell({"part": "remembering", "seen": taken})
        return asdict(progress) | {"remembered": taken}


async def forget(home: Path, *, what: str, key: str, asked_by: str) -> dict[str, dict[str, int]]:
    """Forget an event, a person or a repository; rows removed and left, by table. Raises NotFound."""
    from forgecrew.memory.forget import forget as forget_in
    from forgecrew.store.queries.locks import take_turn

    async with _opened(home) as (_, database), database.write() as connection:
        await take_turn(connection, "memory")
        done = await forget_in(connection, what, key, asked_by=asked_by)  # pyright: ignore[reportArgumentType]
    return asdict(done)


async def holdings(home: Path) -> dict[str, int]:
    """Rows of memory by table, and how many events wait to be taken in or were left aside."""
    from forgecrew.store.tables import chunk, entity, event, fact, relation

    questions: dict[str, tuple[sa.Table, list[sa.ColumnElement[bool]]]] = {
        "entities": (entity.entity, []), "relations": (relation.relation, []), "facts": (fact.fact, []),
        "chunks": (chunk.chunk, []), "events": (event.event, []),
        "events_waiting": (event.event, [event.event.c.remembered_at.is_(None)]),
        "events_left_aside": (event.event, [event.event.c.memory_problem.is_not(None)]),
    }  # fmt: skip
    async with _opened(home) as (_, database), database.read() as connection:
        found: dict[str, int] = {}
        for name, (table, where) in questions.items():
            query = sa.select(sa.func.count()).select_from(table).where(*where)
            found[name] = int((await connection.execute(query)).scalar_one())
        return found


async def events_of(home: Path, *, thread: str) -> list[dict[str, Any]]:
    """Events about a repository or a thread (owner/name, owner/name#12), oldest first: their ids are what `forget` takes."""
    from forgecrew.store.tables.event import event

    repo, _, number = thread.partition("#")
    async with _opened(home) as (_, database), database.read() as connection:
        columns = (event.c.id, event.c.kind, event.c.actor, event.c.occurred_at)
        where = (event.c.repo == str(_ref(repo)), event.c.subject_number == int(number or 0))
        rows = await connection.execute(sa.select(*columns).where(*where).order_by(event.c.id))
        return [{"id": row.id, "kind": row.kind, "actor": row.actor, "at": row.occurred_at.isoformat()} for row in rows]


@asynccontextmanager
async def _opened(home: Path) -> AsyncGenerator[tuple[Settings, Database]]:
    settings = load_settings(home)
    await prepare_database(settings)
    database = Database(settings.database_url, pool_size=2)
    try:
        yield settings, database
    finally:
        await database.close()


def _ref(repo: str) -> RepoRef:
    try:
        return RepoRef.parse(repo)
    except ValueError as error:
        raise ConfigError(f"{error}: write the repository as owner/name") from error
