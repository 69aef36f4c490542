"""Apps: asked for, looked at, renewed, removed; and what the process that hosts them writes down."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.app import LIVE, App, AppState, new_name
from forgecrew.core.errors import NotFound, RefusedError
from forgecrew.core.ids import new_id
from forgecrew.core.moment import utc_now
from forgecrew.store.queries import blobs
from forgecrew.store.tables.app import app
from forgecrew.store.tables.blob import blob

TTL_SECONDS_MAX = 366 * 86_400


async def ask(connection: AsyncConnection, wanted: App, files: bytes, *, of_one_max: int) -> App:
    """Ask for an app over a gzipped tar; its id, name and times are given here. Raises RefusedError."""
    _check_ttl(wanted.ttl_seconds)
    query = sa.select(sa.func.count()).where(app.c.owner == wanted.owner, app.c.state.in_(LIVE), ~app.c.removal_asked)
    if (await connection.execute(query)).scalar_one() >= of_one_max:
        raise RefusedError(f"{wanted.owner} has {of_one_max} apps already: remove one first (`forgecrew app rm`)")
    now = utc_now()
    made = {
        **asdict(wanted), "id": new_id(), "name": new_name(wanted.title), "title": wanted.title[:200], "created_at": now,
        "files_sha256": await blobs.keep(connection, files), "command": list(wanted.command), "state": AppState.WANTED,
        "expires_at": None if wanted.permanent else now + timedelta(seconds=wanted.ttl_seconds),
    }  # fmt: skip
    await connection.execute(sa.insert(app).values(made))
    return _app(made)


async def replace_files(connection: AsyncConnection, id: str, files: bytes) -> App:
    """Give a live app other files; its address and its bounds stay, its time begins anew. Raises NotFound, RefusedError."""
    found = await _live(connection, id)
    sha256 = await blobs.keep(connection, files)
    values = {
        "files_sha256": sha256, "version": found.version + 1, "state": AppState.WANTED, "problem": "", "restarts": 0,
        "ready_at": None,
        "expires_at": None if found.permanent else utc_now() + timedelta(seconds=found.ttl_seconds),
    }  # fmt: skip
    await connection.execute(sa.update(app).where(app.c.id == id).values(values))
    await _forget_files(connection, found.files_sha256)
    return await get(connection, id)


async def get(connection: AsyncConnection, id: str) -> App:
    """One. Raises NotFound."""
    row = (await connection.execute(sa.select(app).where(app.c.id == id))).one_or_none()
    if row is None:
        raise NotFound(f"there is no app {id}: `forgecrew app list` shows those that are")
    return _app(row._mapping)  # pyright: ignore[reportPrivateUsage] - the public way to a row's names


async def named(connection: AsyncConnection, name: str) -> App | None:
    """The one of a host name's first label, whatever its state."""
    row = (await connection.execute(sa.select(app).where(app.c.name == name))).one_or_none()
    return None if row is None else _app(row._mapping)  # pyright: ignore[reportPrivateUsage]


async def recent(connection: AsyncConnection, *, states: Collection[AppState] = (), limit: int = 100) -> list[App]:
    """Newest first."""
    query = sa.select(app).order_by(app.c.id.desc()).limit(limit)
    query = query.where(app.c.state.in_(states)) if states else query
    return [_app(row._mapping) for row in await connection.execute(query)]  # pyright: ignore[reportPrivateUsage]


async def of_task(connection: AsyncConnection, task_id: int) -> App | None:
    """The newest live app of a task."""
    query = sa.select(app).where(app.c.task_id == task_id, app.c.state.in_(LIVE)).order_by(app.c.id.desc()).limit(1)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _app(row._mapping)  # pyright: ignore[reportPrivateUsage]


async def renew(connection: AsyncConnection, id: str, *, ttl_seconds: int = 0, permanent: bool = False) -> App:
    """Begin its time anew (0: as long as before), or make it permanent. Raises NotFound, RefusedError."""
    found = await _live(connection, id)
    seconds = ttl_seconds or found.ttl_seconds
    _check_ttl(seconds)
    expires = None if permanent else utc_now() + timedelta(seconds=seconds)
    values = {"ttl_seconds": seconds, "permanent": permanent, "expires_at": expires}
    await connection.execute(sa.update(app).where(app.c.id == id).values(values))
    return await get(connection, id)


async def ask_removal(connection: AsyncConnection, id: str) -> App:
    """Ask for its end; the process that hosts it does it. Raises NotFound."""
    await get(connection, id)
    await connection.execute(sa.update(app).where(app.c.id == id).values(removal_asked=True))
    return await get(connection, id)


async def note(connection: AsyncConnection, id: str, version: int, **values: Any) -> bool:
    """What its host found, unless its files have been replaced meanwhile; False then."""
    query = sa.update(app).where(app.c.id == id, app.c.version == version).values(values)
    return (await connection.execute(query)).rowcount > 0


async def end(connection: AsyncConnection, id: str, state: AppState) -> None:
    """Expired or removed: the row stays, the files go."""
    found = await get(connection, id)
    await connection.execute(sa.update(app).where(app.c.id == id).values(state=state, removal_asked=False))
    await _forget_files(connection, found.files_sha256)


async def forget_ended(connection: AsyncConnection, before: datetime) -> int:
    """Remove rows of apps that were made before a moment and have ended; gives how many."""
    ended = sa.and_(app.c.state.not_in(LIVE), app.c.created_at < before)
    return (await connection.execute(sa.delete(app).where(ended))).rowcount


async def _live(connection: AsyncConnection, id: str) -> App:
    found = await get(connection, id)
    if found.state not in LIVE or found.removal_asked:
        raise RefusedError(f"the app {found.title} has ended; ask for a new one")
    return found


async def _forget_files(connection: AsyncConnection, sha256: str) -> None:
    used = sa.select(app.c.id).where(app.c.files_sha256 == sha256, app.c.state.in_(LIVE))
    await connection.execute(sa.delete(blob).where(blob.c.sha256 == sha256, ~sa.exists(used)))


def _check_ttl(seconds: int) -> None:
    if not 1 <= seconds <= TTL_SECONDS_MAX:
        raise RefusedError(
            f"a time to live of {seconds} s would end in the past or never: give 1 to {TTL_SECONDS_MAX} s, or make it permanent"
        )


def _app(row: Any) -> App:
    values = {**row}
    values.update(command=tuple(values["command"]), state=AppState(values["state"]))
    return App(**values)
