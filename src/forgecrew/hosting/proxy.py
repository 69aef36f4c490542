"""The reverse proxy: one listener, each app at an origin of its own, found by its host name."""

import asyncio
import contextlib
import logging
import socket
from asyncio import StreamReader, StreamWriter

import h11

from forgecrew.core.app import App
from forgecrew.core.errors import RefusedError
from forgecrew.hosting.access import let_in, opened
from forgecrew.hosting.answers import Answer, page
from forgecrew.hosting.apps import Apps
from forgecrew.hosting.exchange import HEAD_BYTES_MAX, Wire, exchange, has_body
from forgecrew.hosting.headers import inwards
from forgecrew.hosting.hosted import Hosted
from forgecrew.hosting.rules import HostingRules

_STREAMS_MAX = 1000
_SPARE_MAX = 8
_IDLE_SECONDS = 75.0
_GRACE_SECONDS = 2.0
log = logging.getLogger(__name__)


class Proxy:
    """Serves browsers until asked to stop."""

    def __init__(self, apps: Apps, rules: HostingRules) -> None:
        self._apps, self._rules = apps, rules
        self._https = rules.url.startswith("https:")
        self._tail = f".{rules.domain}"
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
        app, hosted, answer = await self._find(headers.get(b"host", b""))
        if app is not None and answer is None:
            target, method = request.target.decode("latin-1"), request.method.decode("latin-1")
            answer = opened(app, self._rules, target) or let_in(app, self._rules, method, headers)
        if answer is None and hosted is not None:
            answer = await self._pass(browser, request, hosted)
        if answer is not None:
            await _tell(browser, answer)
        return browser.again()

    async def _find(self, host: bytes) -> tuple[App | None, Hosted | None, Answer | None]:
        name = host.decode("latin-1").lower().partition(":")[0].rstrip(".")
        label = name.removesuffix(self._tail)
        if label == name or not label or "." in label:
            return None, None, page(404, "No app here", "Each app has an address of its own.", link=self._home())
        app, hosted = await self._apps.find(label)
        if app is None:
            return None, None, page(404, "No such app", "Nothing is hosted at this address.", link=self._home())
        if hosted is None:
            words = f"The time of {app.title} has ended, and its files are removed."
            return app, None, page(410, "This app is gone", words, link=self._home())
        return app, hosted, None

    async def _pass(self, browser: Wire, request: h11.Request, hosted: Hosted) -> Answer | None:
        names = dict(request.headers)
        wants = b"upgrade" in names.get(b"connection", b"").lower() and names.get(b"upgrade", b"")
        peer = browser.writer.get_extra_info("peername")
        headers = inwards(
            request.headers, upgrade=wants or b"", chunked=b"transfer-encoding" in names, client=peer[0] if peer else "",
            https=self._https,
        )  # fmt: skip
        again_fits = (
            request.method in (b"GET", b"HEAD") and b"content-length" not in names and b"transfer-encoding" not in names
        )
        hosted.streams += 1
        try:
            app, used = await self._stream(hosted, fresh=not again_fits)
            try:
                kept = await exchange(browser, app, request, headers)
            except (ConnectionError, h11.RemoteProtocolError):
                app.close()
                if not used or browser.parser.our_state is not h11.SEND_RESPONSE:
                    raise
                app, _ = await self._stream(hosted, fresh=True)  # the app had closed a stream that was kept for reuse
                kept = await exchange(browser, app, request, headers)
            except BaseException:  # whatever went wrong, the stream must not stay
                app.close()
                raise
            _keep(hosted, app) if kept else app.close()
        except RefusedError as error:
            return page(502, "The app does not work", "It cannot answer at the moment.", detail=str(error))
        except (ConnectionError, h11.RemoteProtocolError) as error:
            if browser.parser.our_state is not h11.SEND_RESPONSE:
                raise
            return page(502, "The app does not work", "It gave no answer that can be passed on.", detail=str(error))
        finally:
            hosted.streams -= 1
        return None

    async def _stream(self, hosted: Hosted, *, fresh: bool) -> tuple[Wire, bool]:
        while hosted.spare and not fresh:
            wire = hosted.spare.pop()
            if not wire.reader.at_eof() and not wire.writer.is_closing():
                hosted.touch()
                return wire, True
            wire.close()
        return Wire(*await hosted.connect(), client=False), False

    def _home(self) -> tuple[str, str]:
        return f"{self._rules.home_url}/apps", "See what is hosted"


def _keep(hosted: Hosted, wire: Wire) -> None:
    hosted.spare.append(wire)
    if len(hosted.spare) > _SPARE_MAX:
        hosted.spare.popleft().close()


async def _tell(browser: Wire, answer: Answer) -> None:
    status, headers, body = answer
    with contextlib.suppress(h11.LocalProtocolError):  # a request that we did not understand may leave no way to answer
        headers = [*headers, (b"content-length", str(len(body)).encode())]
        if browser.parser.their_state is not h11.DONE:
            headers.append((b"connection", b"close"))  # what is left of the request is not read
        head = h11.Response(status_code=status, headers=headers)
        await browser.send(head, *([h11.Data(data=body)] if body else []), h11.EndOfMessage())
