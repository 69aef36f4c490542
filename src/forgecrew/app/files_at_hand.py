"""File versions for people at a shell, read from the database itself; only restoring needs the process `work`."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.exc import OperationalError, ProgrammingError

from forgecrew.app.connect_code import version_store
from forgecrew.app.load_settings import load_settings
from forgecrew.core.errors import ConfigError, NotFound
from forgecrew.core.file_version import FileVersion
from forgecrew.kernel.restore_wish import wish_back
from forgecrew.kernel.version_reading import content_of, diff_of, workspace_diff
from forgecrew.ports.version_store import VersionStore
from forgecrew.store.database import Database
from forgecrew.store.queries import file_versions

RESTORE_SECONDS = 20.0


async def log(home: Path, *, task_id: int, path: str) -> list[FileVersion]:
    """Versions of a file, oldest first; without a path the newest version of each file."""
    async with _opened(home) as (database, _), database.read() as connection:
        found = file_versions.of_file(connection, task_id, path) if path else file_versions.newest(connection, task_id)
        return await found


async def show(home: Path, *, task_id: int, path: str, version: int | None) -> bytes:
    """The bytes of a version, the newest by default. Raises NotFound."""
    async with _opened(home) as (database, store):
        return await content_of(database, store, await _version(database, task_id, path, version))


async def diff(home: Path, *, task_id: int, path: str, old: int | None, new: int | None) -> str:
    """A unified diff between two versions; by default from the first to the newest. Raises NotFound.

    Without a path of all files, as they were when the versions of these ids had been made.
    """
    async with _opened(home) as (database, store):
        if not path:
            return await workspace_diff(database, store, task_id, old or 0, new)
        last = await _version(database, task_id, path, new)
        async with database.read() as connection:
            first = (await file_versions.of_file(connection, task_id, path))[0]
        return await diff_of(database, store, first if old is None else await _version(database, task_id, path, old), last)


async def restore(home: Path, *, task_id: int, path: str, version: int) -> tuple[str, str]:
    """State and problem of the wish after a while; an empty path means all files as they were at the version of that id."""
    async with _opened(home) as (database, _):
        wanted = (await _version(database, task_id, path, version)).id if path else version
        answer = await wish_back(database, task_id, path, wanted, patience_seconds=RESTORE_SECONDS)
        return answer.state, answer.problem


async def _version(database: Database, task_id: int, path: str, version: int | None) -> FileVersion:
    async with database.read() as connection:
        if version is None:
            found = await file_versions.last(connection, task_id, path)
        else:
            found = await file_versions.get(connection, task_id, path, version)
    if found is None:
        wanted = f"version {version}" if version is not None else "version"
        raise NotFound(f"task {task_id} has no {wanted} of {path!r}: `forgecrew files log {task_id}` lists what there is")
    return found


@asynccontextmanager
async def _opened(home: Path) -> AsyncGenerator[tuple[Database, VersionStore]]:
    settings = load_settings(home)
    database = Database(settings.database_url, pool_size=1)
    try:
        yield database, version_store(settings.home)
    except (OperationalError, ProgrammingError) as error:
        raise ConfigError(
            f"the database has no tables yet or does not answer: run `forgecrew doctor` ({error.orig})"
        ) from error
    finally:
        await database.close()
