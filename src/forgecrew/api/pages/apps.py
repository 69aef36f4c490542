"""Pages about apps: all of them with countdown, link and log; opening one; prolonging or ending one."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.exceptions import ClientException
from litestar.params import FromPath
from litestar.response import Redirect

from forgecrew.api.app_answers import Renewal, end, listed, look, prolong, shape
from forgecrew.api.app_shapes import AppShape
from forgecrew.api.doors import Doors, InDoors
from forgecrew.api.leading import wants_page
from forgecrew.api.pages.render import page
from forgecrew.core.app import LIVE
from forgecrew.core.app_access import link
from forgecrew.store.queries import apps


async def apps_page(request: Request[Any, Any, Any]) -> Response[str] | None:
    """What is hosted, and what was not long ago; None where no browser asks."""
    if not wants_page(request):
        return None
    doors: Doors = request.app.state["doors"]
    async with doors.database.read() as connection:
        found = await apps.recent(connection, limit=40)
    shown: list[dict[str, Any]] = [{"app": shape(doors, app), "log": app.log, "live": app.state in LIVE} for app in found]
    return page("apps.html", apps=shown, hosting=bool(doors.apps.url))


@get("/apps", tags=["apps"], before_request=apps_page)
async def all_apps(doors: InDoors, ended: bool = False) -> list[AppShape]:
    """Apps with what they use, newest first; those that have ended only when asked for. Browsers get the page."""
    return await listed(doors, ended=ended)


@get("/apps/{app_id:str}/open", include_in_schema=False)
async def open_app(doors: InDoors, app_id: FromPath[str]) -> Response[Any]:
    """On to the app's own origin, with a proof that ends soon."""
    app = await look(doors, app_id)
    if not doors.apps.url:
        raise ClientException("hosting is turned off here: set apps.enabled = true")
    scheme, _, rest = doors.apps.url.partition("://")
    origin = f"{scheme}://{app.name}.{rest}"
    return Redirect(origin + "/" if app.public else link(origin, app.name, doors.apps.key), status_code=303)


@post("/apps/{app_id:str}/again", include_in_schema=False)
async def renew_app(doors: InDoors, app_id: FromPath[str]) -> Response[Any]:
    """Begin its time anew."""
    await prolong(doors, app_id, Renewal())
    return Redirect("/apps", status_code=303)


@post("/apps/{app_id:str}/keep", include_in_schema=False)
async def keep_app(doors: InDoors, app_id: FromPath[str]) -> Response[Any]:
    """Make it permanent."""
    await prolong(doors, app_id, Renewal(permanent=True))
    return Redirect("/apps", status_code=303)


@post("/apps/{app_id:str}/stop", include_in_schema=False)
async def stop_app(doors: InDoors, app_id: FromPath[str]) -> Response[Any]:
    """End it."""
    await end(doors, app_id)
    return Redirect("/apps", status_code=303)


routes = [all_apps, open_app, renew_app, keep_app, stop_app]
