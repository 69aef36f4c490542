"""Code runs for people at a shell, by way of the database: the process `work` does them."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError, ProgrammingError

from forgecrew.api.code_shapes import code_run_detail, code_run_shape
from forgecrew.app.load_settings import load_settings
from forgecrew.core.code_request import CodeRequest, code_run_of
from forgecrew.core.code_run import CodeRun, CodeState
from forgecrew.core.errors import ConfigError, NotFound
from forgecrew.core.json import Json
from forgecrew.core.moment import utc_now
from forgecrew.store.database import Database
from forgecrew.store.queries import code_runs, workers

LOOK_SECONDS = 0.3


async def run(home: Path, request: CodeRequest, on_change: Callable[[CodeRun, bool], None]) -> Json:
    """Ask for a code run and wait for its end; `on_change` is told the run and whether a worker is there. RefusedError."""
    wanted = code_run_of(request)
    async with _opened(home) as (database, public_url):
        async with database.write() as connection:
            await code_runs.create(connection, wanted)
        known: CodeRun | None = None
        try:
            while True:
                async with database.read() as connection:
                    found = await code_runs.get(connection, wanted.id)
                    here = bool(await workers.alive(connection, kind="work", now=utc_now()))
                assert found is not None
                if found != known:
                    known = found
                    on_change(found, here)
                if found.state is CodeState.ENDED:
                    return asdict(code_run_detail(found, public_url))
                await asyncio.sleep(LOOK_SECONDS)
        except asyncio.CancelledError:
            async with database.write() as connection:
                await code_runs.ask_stop(connection, wanted.id)
            raise


async def recent(home: Path, *, limit: int) -> list[Json]:
    """Newest first, as the API shows them."""
    async with _opened(home) as (database, public_url), database.read() as connection:
        found = await code_runs.recent(connection, limit=limit)
    return [asdict(code_run_shape(run, attempts, public_url)) for run, attempts in found]


async def detail(home: Path, *, run_id: str) -> Json:
    """One with its attempts. Raises NotFound."""
    async with _opened(home) as (database, public_url):
        return await _detail(database, public_url, run_id)


async def stop(home: Path, *, run_id: str) -> Json:
    """Ask one to stop; what it is then."""
    async with _opened(home) as (database, public_url):
        async with database.write() as connection:
            await code_runs.ask_stop(connection, run_id)
        return await _detail(database, public_url, run_id)


async def _detail(database: Database, public_url: str, run_id: str) -> dict[str, Any]:
    async with database.read() as connection:
        found = await code_runs.get(connection, run_id)
    if found is None:
        raise NotFound(f"there is no code run {run_id}: `forgecrew code list` shows those that are")
    return asdict(code_run_detail(found, public_url))


@asynccontextmanager
async def _opened(home: Path) -> AsyncGenerator[tuple[Database, str]]:
    settings = load_settings(home)
    database = Database(settings.database_url, pool_size=1)
    try:
        yield database, settings.public_url
    except (OperationalError, ProgrammingError) as error:
        raise ConfigError(
            f"the database has no tables yet or does not answer: run `forgecrew doctor` ({error.orig})"
        ) from error
    finally:
        await database.close()
