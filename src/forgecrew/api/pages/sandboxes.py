"""The pages of sandboxes: all of them with what they use, apps and code runs beside them; and one with what it prints."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery, HeaderParameter
from litestar.response import Redirect, ServerSentEvent, ServerSentEventMessage

from forgecrew.api.containers import fresh_lines
from forgecrew.api.doors import Doors, InDoors
from forgecrew.api.follow import KEEP_ALIVE_SECONDS, POLL_SECONDS, event_stream, keep_alive, message
from forgecrew.api.pages.render import fragment, page
from forgecrew.core.sandbox_view import SandboxView
from forgecrew.store.queries import sandboxes
from forgecrew.store.tables.base import utc_now


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure against its bound: a word, the number as text, and 0 to 100 for the bar (None: not measured)."""

    what: str
    text: str
    percent: int | None


@get("/sandboxes", include_in_schema=False)
async def all_sandboxes(doors: InDoors) -> Response[str]:
    """What runs where."""
    return page("sandboxes.html", **await _board(doors))


@get("/sandboxes/live", include_in_schema=False)
async def all_live(doors: InDoors) -> ServerSentEvent:
    """Event `sandboxes`: all again, whenever something has changed."""
    return event_stream(_boards(doors))


@get("/sandboxes/{id:str}", include_in_schema=False)
async def one_sandbox(doors: InDoors, id: FromPath[str]) -> Response[str]:
    """One, and what it prints."""
    async with doors.database.read() as connection:
        view = await sandboxes.get(connection, id)
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
    shown, since = "", monotonic()
    while not doors.stopping.is_set():
        board = fragment("sandbox_board.html", **await _board(doors))
        if board != shown:
            shown, since = board, monotonic()
            yield message(board, event="sandboxes")
        elif monotonic() - since > KEEP_ALIVE_SECONDS:
            since = monotonic()
            yield keep_alive()
        try:
            await asyncio.wait_for(doors.stopping.wait(), POLL_SECONDS * 2)
        except TimeoutError:
            continue


async def _board(doors: Doors) -> dict[str, Any]:
    async with doors.database.read() as connection:
        found = await sandboxes.shown(connection, now=utc_now())
    return {"rows": [(view, bars(view)) for view in found]}


async def _news(doors: Doors, id: str, last: int) -> AsyncGenerator[ServerSentEventMessage]:
    shown = ""
    async for news in fresh_lines(doors, id, last):
        if news is None:
            yield keep_alive()
            continue
        view, lines = news
        if lines:
            yield message(fragment("sandbox_lines.html", lines=[line for _, line in lines]), event="line", id=str(lines[-1][0]))
        head = fragment("sandbox_head.html", view=view, bars=bars(view))
        if head != shown:
            shown = head
            yield message(head, event="sandbox")
    if not doors.stopping.is_set():
        yield message('<p class="reason">This sandbox has been removed.</p>', event="sandbox")
        yield message("", event="end")


def bars(view: SandboxView) -> list[Bar]:
    """CPU, memory, processes and disk."""
    memory, cores, processes, disk = view.bounds
    return [
        _bar("CPU", view.cpu, cores, _cores),
        _bar("Memory", view.memory_bytes, memory, size),
        _bar("Processes", view.processes, processes, "{:.0f}".format),
        _bar("Disk", view.disk_bytes, disk, size),
    ]


def _bar(what: str, used: float | None, most: float, shown: Callable[[float], str]) -> Bar:
    if used is None:
        return Bar(what, "–", None)
    return Bar(what, f"{shown(used)} of {shown(most)}", min(100, round(100 * used / most)) if most else 0)


def _cores(count: float) -> str:
    return f"{count:.2f}".rstrip("0").rstrip(".")


def size(count: float) -> str:
    """Bytes for people: 5.0 MiB."""
    for unit in ("B", "KiB", "MiB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.1f} GiB"


routes = [all_sandboxes, all_live, one_sandbox, one_live, remove]
