"""Sandboxes for the shell: those that workers show, and those that lie on this machine while nobody works."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from forgecrew.api.container_shapes import container_shape
from forgecrew.app.connect_sandbox import sandboxes as backend_of
from forgecrew.app.opened import opened
from forgecrew.app.settings import Settings
from forgecrew.app.show_sandboxes import door_of
from forgecrew.core.errors import NotFound, RefusedError
from forgecrew.core.moment import utc_now
from forgecrew.core.sandbox_view import SandboxView
from forgecrew.store.database import Database
from forgecrew.store.queries import sandboxes

REMOVAL_SECONDS = 15.0
LOOK_SECONDS = 0.3


async def listed(home: Path) -> list[dict[str, Any]]:
    """As the API shows them; with an empty worker_id those that no living worker holds."""
    async with opened(home) as (settings, database):
        views = await _views(settings, database)
    return [_plain(asdict(container_shape(view, settings.public_url))) for view in views.values()]


async def follow(home: Path, *, id: str, on_lines: Callable[[list[str]], None], endless: bool) -> None:
    """What it printed last, then (when endless) what it prints until it is removed. Raises NotFound."""
    async with opened(home) as (settings, database):
        view: SandboxView | None = _known(id, await _views(settings, database))
        last = 0
        while view is not None:
            first = view.lines_end - len(view.lines) + 1
            if fresh := [line for number, line in enumerate(view.lines, first) if number > last]:
                on_lines(fresh)
            last = view.lines_end
            if not endless:
                return
            await asyncio.sleep(LOOK_SECONDS)
            async with database.read() as connection:
                view = await sandboxes.get(connection, id)


async def remove(home: Path, *, id: str, force: bool) -> None:
    """Have its worker remove it, or do so here when none lives. Raises NotFound, RefusedError for one that runs something."""
    async with opened(home) as (settings, database):
        view = _known(id, await _views(settings, database))
        if view.state != "idle" and not force:
            raise RefusedError(
                f"{id} is {view.state}: `{view.command[:80]}`. With --force it is ended and removed all the same"
            )
        if not view.worker_id:
            if (found := await backend_of(settings).attach(id)) is not None:
                await found.destroy()
            async with database.write() as connection:
                await sandboxes.remove(connection, [id])
            return
        async with database.write() as connection:
            await sandboxes.ask_removal(connection, id)
        await _until_gone(database, id)


async def door(home: Path, *, id: str) -> Path:
    """The socket of the worker that holds a sandbox. Raises NotFound."""
    async with opened(home) as (settings, database):
        view = _known(id, await _views(settings, database))
    if not view.worker_id:
        raise NotFound(f"no worker holds {id}: start `forgecrew up` (or `forgecrew work`) first")
    return door_of(home, view.worker_id)


async def _until_gone(database: Database, id: str) -> None:
    async with asyncio.timeout(REMOVAL_SECONDS) as patience:
        try:
            while True:
                async with database.read() as connection:
                    if await sandboxes.get(connection, id) is None:
                        return
                await asyncio.sleep(LOOK_SECONDS)
        except asyncio.CancelledError:
            if patience.expired():
                raise RefusedError(f"{id} was asked to go, but its worker has not removed it: see the log of `work`") from None
            raise


async def _views(settings: Settings, database: Database) -> dict[str, SandboxView]:
    """By id; `worker_id` is empty where no living worker holds it."""
    async with database.read() as connection:
        shown = await sandboxes.shown(connection, now=utc_now())
    views = {view.id: view for view in shown}
    for spec in await backend_of(settings).list():
        one = spec.profile
        bounds = (one.memory_bytes, one.cpu, one.pids, one.disk_bytes)
        views.setdefault(spec.id, SandboxView(spec.id, spec.owner, "", one.name, bounds))
    return views


def _known(id: str, views: dict[str, SandboxView]) -> SandboxView:
    if id not in views:
        raise NotFound(f"there is no sandbox {id!r}: `forgecrew sandbox list` shows those that are")
    return views[id]


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Points in time as text."""
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in values.items()}
