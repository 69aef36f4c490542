"""Tasks for people at a shell, read from the database itself: it works while no process runs."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError, ProgrammingError

from forgecrew.api.shapes import run_shape, task_shape
from forgecrew.app.load_settings import load_settings
from forgecrew.core.errors import ConfigError, NotFound
from forgecrew.core.task import TaskState
from forgecrew.store.database import Database
from forgecrew.store.queries import runs, task_lists, tasks


async def recent(home: Path, *, state: str | None, limit: int) -> list[dict[str, Any]]:
    """Newest first, as the API shows them."""
    async with _opened(home) as (database, public_url), database.read() as connection:
        found = await task_lists.recent(connection, states=[TaskState(state)] if state else [], limit=limit)
    return [_plain(asdict(task_shape(task, public_url))) for task in found]


async def detail(home: Path, *, task_id: int) -> dict[str, Any]:
    """One task with its runs. Raises NotFound."""
    async with _opened(home) as (database, public_url):
        return await _detail(database, public_url, task_id)


async def stop(home: Path, *, task_id: int) -> dict[str, Any]:
    """Ask one task to stop; what it is then."""
    async with _opened(home) as (database, public_url):
        async with database.write() as connection:
            await tasks.ask_stop(connection, task_id, reason="stopped by a person")
        return await _detail(database, public_url, task_id)


async def _detail(database: Database, public_url: str, task_id: int) -> dict[str, Any]:
    async with database.read() as connection:
        task = await tasks.get(connection, task_id)
        if task is None:
            raise NotFound(f"there is no task {task_id}: `forgecrew task list` shows those that are")
        its_runs = await runs.by_task(connection, task_id)
    return {"task": _plain(asdict(task_shape(task, public_url))), "runs": [_plain(asdict(run_shape(run))) for run in its_runs]}


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


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Points in time as text."""
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in values.items()}
