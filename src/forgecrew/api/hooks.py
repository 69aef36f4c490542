"""Webhooks: checked on their raw bytes, stored once, answered before anything is done about them."""

import logging
from typing import Any

from litestar import Request, Response, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from forgecrew.api.doors import InDoors
from forgecrew.api.problems import problem

log = logging.getLogger(__name__)
DRAIN_BYTES_MAX = 128 << 20
"""How much of a body that is too large is still read, so that its sender gets to see the answer."""


@post("/hooks/{forge:str}", opt={"open": True}, status_code=200, request_max_body_size=None, tags=["webhooks"])
async def receive(forge: FromPath[str], request: Request[Any, Any, Any], doors: InDoors) -> Response[dict[str, Any]]:
    """One delivery of a forge: `result` is stored, known (told before) or ignored (no part of us cares)."""
    source = doors.sources.get(forge)
    if source is None:
        raise NotFoundException(f"no forge is called {forge!r} here; known are {', '.join(sorted(doors.sources))}")
    body = await read_body(request, doors.hook_bytes_max)
    if body is None:
        mib = doors.hook_bytes_max >> 20
        log.warning("a delivery of %s was larger than %d MiB (server.hook_mib_max): polling brings what calls the crew, "
                    "`forgecrew memory backfill OWNER/NAME` the rest", forge, mib)  # fmt: skip
        return problem(413, f"This delivery is larger than {mib} MiB (server.hook_mib_max); polling will bring its news.")
    headers = {name.lower(): value for name, value in request.headers.items()}
    if not source.verify(headers, body, doors.webhook_secret):
        return problem(401, "The signature does not fit: the webhook's secret differs from ours; `forgecrew init` mends it.")
    try:
        event = source.parse(headers, body)
    except ValueError as error:
        return problem(400, f"This is no proper delivery: {error}")
    if event is None:
        return Response({"result": "ignored"})
    return Response({"result": "stored" if await doors.accept(event) else "known"})


async def read_body(request: Request[Any, Any, Any], bytes_max: int) -> bytes | None:
    """The whole body; None when it is larger than bytes_max, and then no more than that was kept in memory."""
    kept = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= bytes_max:
            kept += chunk
        else:
            kept.clear()
        if size > max(bytes_max, DRAIN_BYTES_MAX):
            break
    return bytes(kept) if size <= bytes_max else None


routes = [receive]
