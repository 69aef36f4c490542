"""Sandboxes for machines: what each does and uses, what it prints as a stream, asking for its removal."""

from collections.abc import AsyncGenerator
from typing import Annotated

from litestar import delete, get
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath, FromQuery, HeaderParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage

from forgecrew.api.container_shapes import ContainerShape, container_shape
from forgecrew.api.doors import Doors, InDoors
from forgecrew.api.follow import event_stream, keep_alive, message, news
from forgecrew.api.leading import browsers_to
from forgecrew.core.moment import utc_now
from forgecrew.core.sandbox_view import SandboxView
from forgecrew.store.queries import sandboxes

_browsers = browsers_to("/containers", "/sandboxes")


@get(["/api/containers", "/containers"], tags=["sandboxes"], before_request=_browsers)
async def list_containers(doors: InDoors) -> list[ContainerShape]:
    """The sandboxes of all living workers: what does something first, then the newest."""
    async with doors.database.read() as connection:
        found = await sandboxes.shown(connection, now=utc_now())
    return [container_shape(view, doors.public_url) for view in found]


@get(["/api/containers/{id:str}", "/containers/{id:str}"], tags=["sandboxes"], before_request=_browsers)
async def one_container(doors: InDoors, id: FromPath[str]) -> ContainerShape:
    """One sandbox."""
    return container_shape(await _view(doors, id), doors.public_url)


@get(["/api/containers/{id:str}/logs", "/containers/{id:str}/logs"], tags=["sandboxes"])
async def container_logs(
    doors: InDoors, id: FromPath[str], last_event_id: Annotated[str, HeaderParameter(name="Last-Event-ID")] = ""
) -> ServerSentEvent:
    """Event `line` per printed line, the last 200 first (Last-Event-ID goes on after one); `end` once it is gone."""
    await _view(doors, id)
    return event_stream(_lines(doors, id, int(last_event_id) if last_event_id.isdecimal() else 0))


@delete(["/api/containers/{id:str}", "/containers/{id:str}"], status_code=202, tags=["sandboxes"])
async def remove_container(doors: InDoors, id: FromPath[str], force: FromQuery[bool] = False) -> ContainerShape:
    """Ask its worker to remove it, which happens within a second or two; one that runs something needs `force=true`."""
    view = await _view(doors, id)
    if view.state != "idle" and not force:
        raise HTTPException(f"{id} runs {view.command!r}: ask with force=true to end that", status_code=409)
    async with doors.database.write() as connection:
        await sandboxes.ask_removal(connection, id)
    return container_shape(view, doors.public_url)


async def fresh_lines(doors: Doors, id: str, last: int) -> AsyncGenerator[tuple[SandboxView, list[tuple[int, str]]] | None]:
    """A sandbox whenever it has changed, with its lines (and their numbers) after one; None when all was quiet for a while.

    Ends when it is removed, or with the process.
    """
    async for view in news(doors, lambda: find(doors, id)):
        if view is None:
            yield None
            continue
        first = view.lines_end - len(view.lines) + 1
        fresh = [(number, line) for number, line in enumerate(view.lines, first) if number > last]
        last = view.lines_end
        yield view, fresh


async def _lines(doors: Doors, id: str, last: int) -> AsyncGenerator[ServerSentEventMessage]:
    async for change in fresh_lines(doors, id, last):
        if change is None:
            yield keep_alive()
            continue
        for number, line in change[1]:
            yield message(line, event="line", id=str(number))
    if not doors.stopping.is_set():
        yield message("", event="end")


async def find(doors: Doors, id: str) -> SandboxView | None:
    """One sandbox as it is now; None when there is none."""
    async with doors.database.read() as connection:
        return await sandboxes.get(connection, id)


async def _view(doors: Doors, id: str) -> SandboxView:
    found = await find(doors, id)
    if found is None:
        raise NotFoundException(f"there is no sandbox {id}: GET /api/containers lists those that are")
    return found


routes = [list_containers, one_container, container_logs, remove_container]
