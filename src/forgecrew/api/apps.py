"""Apps for machines: ask for one, list them with what they use, look at one, prolong its time, read its log, remove it."""

from typing import Annotated, Any

from litestar import MediaType, Request, Response, delete, get, post
from litestar.exceptions import ClientException
from litestar.params import FromPath, QueryParameter

from forgecrew.api.app_answers import Renewal, end, listed, look, prolong, shape, shapes
from forgecrew.api.app_shapes import AppShape
from forgecrew.api.asked import as_asked
from forgecrew.api.doors import Doors, InDoors
from forgecrew.core.app import App
from forgecrew.store.queries import apps

FILES_BYTES_MAX = 64 << 20
PEOPLE = "people"
"""Owner of the apps that people ask for."""


@post(["/api/apps", "/apps"], tags=["apps"], request_max_body_size=FILES_BYTES_MAX)
async def ask(
    request: Request[Any, Any, Any],
    title: Annotated[str, QueryParameter(max_length=200)] = "app",
    command: Annotated[str, QueryParameter(max_length=4000)] = "",
    port: Annotated[int, QueryParameter(ge=0, le=65535)] = 0,
    public: bool = False,
    permanent: bool = False,
    ttl_seconds: int | None = None,
    idle_seconds: Annotated[int | None, QueryParameter(ge=1, le=86_400)] = None,
) -> AppShape:
    """Host what the body holds, a gzipped tar. Without a command the files tell (index.html, app.py, package.json …)."""
    doors: Doors = request.app.state["doors"]
    files = await request.body()
    if not files.startswith(b"\x1f\x8b"):
        raise ClientException("the body must be a gzipped tar: tar -cz . | curl --data-binary @- …")
    wanted = App(
        id="", name="", title=title, owner=PEOPLE, files_sha256="", command=("sh", "-c", command) if command else (), port=port,
        public=public, permanent=permanent, ttl_seconds=doors.apps.ttl_seconds if ttl_seconds is None else ttl_seconds,
        idle_seconds=idle_seconds or doors.apps.idle_seconds,
    )  # fmt: skip
    with as_asked():
        async with doors.database.write() as connection:
            app = await apps.ask(connection, wanted, files, of_one_max=doors.apps.of_one_max)
    return shape(doors, app)


@get("/api/apps", tags=["apps"])
async def list_apps(doors: InDoors, ended: bool = False) -> list[AppShape]:
    """Apps, newest first; those that have ended only when asked for."""
    return await listed(doors, ended=ended)


@get(["/api/apps/{app_id:str}", "/apps/{app_id:str}"], tags=["apps"])
async def one_app(doors: InDoors, app_id: FromPath[str]) -> AppShape:
    """One app."""
    return (await shapes(doors, [await look(doors, app_id)]))[0]


@post(["/api/apps/{app_id:str}/renew", "/apps/{app_id:str}/renew"], status_code=200, tags=["apps"])
async def renew(doors: InDoors, app_id: FromPath[str], data: Renewal | None = None) -> AppShape:
    """Begin its time anew, give it another, or make it permanent."""
    return shape(doors, await prolong(doors, app_id, data or Renewal()))


@delete(["/api/apps/{app_id:str}", "/apps/{app_id:str}"], status_code=200, tags=["apps"])
async def remove(doors: InDoors, app_id: FromPath[str]) -> AppShape:
    """End it; its address answers 410 from then on."""
    return shape(doors, await end(doors, app_id))


@get(["/api/apps/{app_id:str}/logs", "/apps/{app_id:str}/logs"], tags=["apps"], media_type=MediaType.TEXT)
async def logs(doors: InDoors, app_id: FromPath[str]) -> Response[str]:
    """What it printed since its last start, head and tail; the problem first when there is one."""
    app = await look(doors, app_id)
    return Response(f"{app.problem}\n\n{app.log}" if app.problem else app.log, media_type="text/plain; charset=utf-8")


routes = [ask, list_apps, one_app, renew, remove, logs]
