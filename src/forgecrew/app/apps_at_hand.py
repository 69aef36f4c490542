"""Apps for people at a shell, read from the database itself: it works while no process runs."""

import io
import tarfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from forgecrew.api.app_shapes import app_shape
from forgecrew.app.app_key import app_key
from forgecrew.app.opened import opened
from forgecrew.app.settings import Settings
from forgecrew.core.app import LIVE, App
from forgecrew.core.app_access import link
from forgecrew.core.errors import RefusedError
from forgecrew.core.moment import utc_now
from forgecrew.store.queries import apps


async def add(home: Path, *, folder: Path, title: str, public: bool, permanent: bool, ttl_seconds: int) -> dict[str, Any]:
    """Host a folder of this machine. Raises RefusedError."""
    async with opened(home) as (settings, database):
        wanted = App(
            id="", name="", title=title or folder.resolve().name, owner="people", files_sha256="", public=public,
            permanent=permanent, ttl_seconds=ttl_seconds or settings.apps.ttl_seconds, idle_seconds=settings.apps.idle_seconds,
        )  # fmt: skip
        async with database.write() as connection:
            made = await apps.ask(connection, wanted, _packed(folder), of_one_max=settings.apps.per_agent)
        return _shape(settings, made)


async def recent(home: Path, *, ended: bool) -> list[dict[str, Any]]:
    """Newest first, as the API shows them."""
    async with opened(home) as (settings, database), database.read() as connection:
        return [_shape(settings, app) for app in await apps.recent(connection, states=() if ended else LIVE)]


async def address(home: Path, *, app_id: str) -> str:
    """A link that lets a browser in for five minutes. Raises NotFound, RefusedError."""
    async with opened(home) as (settings, database):
        async with database.read() as connection:
            app = await apps.get(connection, app_id)
        if app.state not in LIVE:
            raise RefusedError(f"the app {app.title} has ended; ask for a new one")
        scheme, _, rest = settings.apps_url.partition("://")
        origin = f"{scheme}://{app.name}.{rest}"
        return f"{origin}/" if app.public else link(origin, app.name, app_key(home))


async def renew(home: Path, *, app_id: str, ttl_seconds: int, permanent: bool) -> dict[str, Any]:
    """Prolong one. Raises NotFound, RefusedError."""
    async with opened(home) as (settings, database), database.write() as connection:
        return _shape(settings, await apps.renew(connection, app_id, ttl_seconds=ttl_seconds, permanent=permanent))


async def remove(home: Path, *, app_id: str) -> dict[str, Any]:
    """Ask for its end. Raises NotFound."""
    async with opened(home) as (settings, database), database.write() as connection:
        return _shape(settings, await apps.ask_removal(connection, app_id))


async def logs(home: Path, *, app_id: str) -> str:
    """What it printed since its last start; the problem first. Raises NotFound."""
    async with opened(home) as (_, database), database.read() as connection:
        app = await apps.get(connection, app_id)
    return f"{app.problem}\n\n{app.log}" if app.problem else app.log


def _packed(folder: Path) -> bytes:
    if not folder.is_dir():
        raise RefusedError(f"{folder} is no folder")
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as packed:
        packed.add(folder, arcname=".", filter=lambda entry: None if entry.name.split("/")[-1] == ".git" else entry)
    return content.getvalue()


def _shape(settings: Settings, app: App) -> dict[str, Any]:
    shown = asdict(app_shape(app, apps_url=settings.apps_url, public_url=settings.public_url, now=utc_now()))
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in shown.items()}
