"""The pages of sandboxes: all of them with what they use, apps and code runs beside them; and one with what it prints."""

from collections.abc import AsyncGenerator
from typing import Annotated

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery, HeaderParameter
from litestar.response import Redirect, ServerSentEvent, ServerSentEventMessage

from forgecrew.api.containers import find, fresh_lines
from forgecrew.api.doors import Doors, InDoors
from forgecrew.api.follow import POLL_SECONDS, event_stream, keep_alive, message, news
from forgecrew.api.pages.render import fragment, page
from forgecrew.api.pages.sandbox_board import bars, board
from forgecrew.store.queries import sandboxes


@get("/sandboxes", include_in_schema=False)
async def all_sandboxes(doors: InDoors) -> Response[str]:
    """What runs where."""
    return page("sandboxes.html", **await board(doors))


@get("/sandboxes/live", include_in_schema=False)
async def all_live(doors: InDoors) -> ServerSentEvent:
    """Event `sandboxes`: all again, whenever something has changed."""
    return event_stream(_boards(doors))


@get("/sandboxes/{id:str}", include_in_schema=False)
async def one_sandbox(doors: InDoors, id: FromPath[str]) -> Response[str]:
    """One, and what it prints."""
    view = await find(doors, id)
    if view is None:
        raise NotFoundException(f"there is no sandbox {id} any more")
    return page("sandbox.html", view=view, bars=bars(view))


@get("/sandboxes/{id:str}/live", include_in_schema=False)
async def one_live(
    doors: InDoors, id: FromPath[str], after: FromQuery[int] = 0,
    last_event_id: Annotated[str, HeaderParameter(name="Last-Event-ID")] = "",
) -> ServerSentEvent:  # fmt: skip
    """Event `line` per printed line, `sandbox` when anything else has changed, `end` when it is removed."""
    return event_stream(_news(doors, id, int(last_event_id) if last_event_id.isdecimal() else after))


@post("/sandboxes/{id:str}/remove", include_in_schema=False, status_code=303)
async def remove(doors: InDoors, id: FromPath[str]) -> Redirect:
    """The page's button."""
    async with doors.database.write() as connection:
        await sandboxes.ask_removal(connection, id)
    return Redirect("/sandboxes", status_code=303)


async def _boards(doors: Doors) -> AsyncGenerator[ServerSentEventMessage]:
    async def drawn() -> str:
        return fragment("sandbox_board.html", **await board(doors))

    async for shown in news(doors, drawn, every_seconds=POLL_SECONDS * 2):
        yield keep_alive() if shown is None else message(shown, event="sandboxes")


async def _news(doors: Doors, id: str, last: int) -> AsyncGenerator[ServerSentEventMessage]:
    shown = ""
    async for change in fresh_lines(doors, id, last):
        if change is None:
            yield keep_alive()
            continue
        view, lines = change
        if lines:
            yield message(fragment("sandbox_lines.html", lines=[line for _, line in lines]), event="line", id=str(lines[-1][0]))
        head = fragment("sandbox_head.html", view=view, bars=bars(view))
        if head != shown:
            shown = head
            yield message(head, event="sandbox")
    if not doors.stopping.is_set():
        yield message('<p class="reason">This sandbox has been removed.</p>', event="sandbox")
        yield message("", event="end")


routes = [all_sandboxes, all_live, one_sandbox, one_live, remove]
