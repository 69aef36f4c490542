"""The first tab of a browser that was just started: found at its debugging port, and ready to be driven."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import h11

from forgecrew.core.egress_decision import told
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.integrations.chromium import flags
from forgecrew.integrations.chromium.devtools import DevTools
from forgecrew.integrations.chromium.tab import Tab
from forgecrew.integrations.chromium.watch import Watch
from forgecrew.ports.outlet import Outlet
from forgecrew.ports.service import Service

START_SECONDS = 30.0


async def first_tab(service: Service, outlet: Outlet, end: Callable[[], Awaitable[None]]) -> Tab:
    """The tab, as soon as the browser answers; closing it calls `end`. Raises SandboxUnavailable."""
    path, watch = await _page_of(service), Watch()
    devtools = DevTools(*await service.connect(flags.DEBUG_PORT), watch)
    await devtools.begin(path)
    known = 0

    def refused() -> Sequence[str]:
        nonlocal known
        seen = outlet.refused(known)
        known += len(seen)
        return told(seen).splitlines()

    tab = Tab(devtools, watch, refused, end)
    await tab.begin()
    return tab


async def _page_of(service: Service) -> str:
    """The address of the first tab, as soon as the browser answers. Raises SandboxUnavailable."""
    ending = asyncio.ensure_future(service.wait())
    try:
        async with asyncio.timeout(START_SECONDS):
            while not ending.done():
                with suppress(OSError, ValueError, h11.RemoteProtocolError):
                    for target in await _ask(service, "/json/list"):
                        if target.get("type") == "page":
                            return "/" + target["webSocketDebuggerUrl"].split("/", 3)[3]
                await asyncio.wait({ending}, timeout=0.02)
    except TimeoutError:
        raise SandboxUnavailable(f"the browser did not start within {START_SECONDS:g} s: {_last(service)}") from None
    finally:
        ending.cancel()
    if flags.MISSING in service.log().decode("utf-8", "replace"):
        raise SandboxUnavailable(f"there is no browser on this machine: {flags.PACKAGES}")
    raise SandboxUnavailable(f"the browser ended at once: {_last(service)}")


async def _ask(service: Service, path: str) -> Any:
    reader, writer = await service.connect(flags.DEBUG_PORT)
    try:
        talk = h11.Connection(h11.CLIENT)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        talk.send(h11.Request(method="GET", target=path, headers=[("Host", "127.0.0.1")]))  # type: ignore[reportUnknownMemberType]
        talk.send(h11.EndOfMessage())  # type: ignore[reportUnknownMemberType]
        body = b""
        while not isinstance(event := talk.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                talk.receive_data(await reader.read(1 << 16))
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
            elif isinstance(event, h11.ConnectionClosed):
                raise ConnectionResetError
        return json.loads(body)
    finally:
        writer.close()


def _last(service: Service) -> str:
    return service.log().decode("utf-8", "replace").strip()[-300:] or "it printed nothing"
