"""One app as server-sent events: its state with what it uses, and what it prints."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from time import monotonic

import msgspec
from litestar import get
from litestar.params import FromPath
from litestar.response import ServerSentEvent, ServerSentEventMessage

from forgecrew.api.app_answers import look, shapes
from forgecrew.api.doors import Doors, InDoors
from forgecrew.api.follow import KEEP_ALIVE_SECONDS, POLL_SECONDS, event_stream, keep_alive, message
from forgecrew.core.app import LIVE
from forgecrew.core.rest import rest

_KNOWN_CHARACTERS = 400
"""So much of what was printed last is looked for in what is there now, to tell what is new."""


@get(["/api/apps/{app_id:str}/stream", "/apps/{app_id:str}/stream"], tags=["apps"])
async def stream(doors: InDoors, app_id: FromPath[str]) -> ServerSentEvent:
    """Event `app` (as one_app gives it) whenever it has changed, `line` per printed line; last, `end`."""
    await look(doors, app_id)
    return event_stream(_messages(doors, app_id))


def fresh(printed: str, now: str) -> str:
    """The whole lines that are new since `printed`, the last that was told; all of them when it is not there any more."""
    at = now.rfind(printed) if printed else -1
    return now[at + len(printed) if at >= 0 else 0 : now.rfind("\n") + 1]


async def _messages(doors: Doors, app_id: str) -> AsyncGenerator[ServerSentEventMessage]:
    known, start, printed, since = None, (0, 0), "", monotonic()
    while not doors.stopping.is_set():
        app = await look(doors, app_id)
        shape = (await shapes(doors, [app]))[0]
        if (app.version, app.restarts) != start:
            start, printed = (app.version, app.restarts), ""
        lines = fresh(printed, app.log)
        printed = (printed + lines)[-_KNOWN_CHARACTERS:]
        for line in lines.splitlines():
            yield message(line, event="line")
        if (lasting := replace(shape, seconds_left=None)) != known:
            known, since = lasting, monotonic()
            yield message(msgspec.json.encode(shape).decode(), event="app")
        elif monotonic() - since > KEEP_ALIVE_SECONDS:
            since = monotonic()
            yield keep_alive()
        if app.state not in LIVE:
            yield message("{}", event="end")
            return
        await rest(POLL_SECONDS, doors.stopping)


routes = [stream]
