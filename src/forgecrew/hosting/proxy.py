"""The reverse proxy: one listener, each app at an origin of its own, found by its host name."""

import asyncio
import contextlib
import logging
import socket
from asyncio import StreamReader, StreamWriter

import h11

from forgecrew.hosting.access import let_in, opened
from forgecrew.hosting.answers import Answer, page
from forgecrew.hosting.apps import Apps
from forgecrew.hosting.exchange import has_body
from forgecrew.hosting.finding import Finding
from forgecrew.hosting.passing import pass_on
from forgecrew.hosting.rules import HostingRules
from forgecrew.hosting.wire import HEAD_BYTES_MAX, Wire

_STREAMS_MAX = 1000
_IDLE_SECONDS = 75.0
_GRACE_SECONDS = 2.0
log = logging.getLogger(__name__)


class Proxy:
    """Serves browsers until asked to stop."""

    def __init__(self, apps: Apps, rules: HostingRules) -> None:
        self._rules, self._finding = rules, Finding(apps, rules)
        self._https = rules.url.startswith("https:")
        self._streams: set[asyncio.Task[None]] = set()

    async def run(self, bound: socket.socket, stopping: asyncio.Event) -> None:
        """Accept until the event is set; open streams are cut off soon after."""
        server = await asyncio.start_server(self._accept, sock=bound, limit=HEAD_BYTES_MAX, backlog=512)
        async with server:
            await stopping.wait()
            server.close()
            if self._streams:
                await asyncio.wait(self._streams, timeout=_GRACE_SECONDS)
            for stream in self._streams:
                stream.cancel()
            await asyncio.gather(*self._streams, return_exceptions=True)

    async def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(self._streams) >= _STREAMS_MAX:
            writer.close()
            return
        self._streams.add(task)
        # asyncio does it only where the listener names its protocol; without it heads wait 40 ms for an acknowledgement.
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        browser = Wire(reader, writer, client=True)
        try:
            while await self._one(browser):
                pass
        except (OSError, h11.ProtocolError, TimeoutError) as error:
            log.debug("a stream ended: %s", error)
        except asyncio.CancelledError:
            log.debug("a stream was cut off")  # not passed on: the stream's own task ends here
        finally:
            self._streams.discard(task)
            browser.close()

    async def _one(self, browser: Wire) -> bool:
        """One request and its answer; False at the end of the stream."""
        try:
            async with asyncio.timeout(_IDLE_SECONDS):
                request = await browser.next()
        except h11.RemoteProtocolError as error:
            await _tell(browser, page(400, "Not understood", f"That is no request that this proxy reads: {error}"))
            return False
        if type(request) is not h11.Request:
            return False
        if not has_body(request):
            await browser.next()  # the end of the request, which is there already
        if request.method == b"CONNECT" or not request.target.startswith((b"/", b"*")):
            await _tell(browser, page(400, "Not understood", "Ask for a path of an app; this is no proxy to elsewhere."))
            return False
        headers = dict(request.headers)
        app, hosted, answer = await self._finding.find(headers.get(b"host", b""))
        if app is not None and answer is None:
            target, method = request.target.decode("latin-1"), request.method.decode("latin-1")
            answer = opened(app, self._rules, target) or let_in(app, self._rules, method, headers)
        if answer is None and hosted is not None:
            answer = await pass_on(browser, request, hosted, https=self._https)
        if answer is not None:
            await _tell(browser, answer)
        return browser.again()


async def _tell(browser: Wire, answer: Answer) -> None:
    status, headers, body = answer
    with contextlib.suppress(h11.LocalProtocolError):  # a request that we did not understand may leave no way to answer
        headers = [*headers, (b"content-length", str(len(body)).encode())]
        if browser.parser.their_state is not h11.DONE:
            headers.append((b"connection", b"close"))  # what is left of the request is not read
        head = h11.Response(status_code=status, headers=headers)
        await browser.send(head, *([h11.Data(data=body)] if body else []), h11.EndOfMessage())
