"""One request and its answer between a browser and an app, over parsers that refuse what two readers could read differently."""

import asyncio
import contextlib
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import Sequence
from typing import Any, cast

import h11

from forgecrew.core.relay import relay
from forgecrew.hosting.headers import Headers, outwards

_BLOCK_BYTES = 1 << 16
HEAD_BYTES_MAX = 64 << 10
GONE_SECONDS = 10.0
"""So long a browser that sends no more may still take what the app says, before it counts as gone."""


class Wire:
    """One side: a parser over a stream."""

    def __init__(self, reader: StreamReader, writer: StreamWriter, *, client: bool) -> None:
        self.reader, self.writer = reader, writer
        self._socket, self._sent_bytes = None if client else _tcp(writer), 0
        role = h11.SERVER if client else h11.CLIENT  # what we are to that side
        self.parser = h11.Connection(role, max_incomplete_event_size=HEAD_BYTES_MAX)

    async def next(self) -> Any:
        """The next event from that side. Raises h11.RemoteProtocolError for what is not HTTP."""
        while True:
            event = self.parser.next_event()
            if event is not h11.NEED_DATA:
                return event
            if self.parser.they_are_waiting_for_100_continue:
                await self.send(h11.InformationalResponse(status_code=100, headers=[]))
            if self._socket is not None:
                with contextlib.suppress(OSError):  # it ended meanwhile: reading tells
                    self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            self.parser.receive_data(await self.reader.read(_BLOCK_BYTES))

    async def send(self, *events: Any) -> None:
        """Events to that side, in one write."""
        content = b""
        for event in events:
            content += cast("bytes | None", self.parser.send(event)) or b""
        if content:
            self._sent_bytes += len(content)
            self.writer.write(content)
            await self.writer.drain()

    async def gone(self) -> None:
        """Until that side has gone, while nothing of it is waited for: what it already sends of a next request is kept."""
        ahead = 0
        with contextlib.suppress(OSError):
            while block := await self.reader.read(_BLOCK_BYTES):
                self.parser.receive_data(block)
                ahead += len(block)
                if ahead > HEAD_BYTES_MAX:  # it is here
                    await asyncio.Event().wait()
        sent_bytes = -1
        while sent_bytes != self._sent_bytes:
            sent_bytes = self._sent_bytes
            await asyncio.sleep(GONE_SECONDS)

    def again(self) -> bool:
        """Get ready for the next request; False when this stream has served its last one."""
        if self.parser.our_state is h11.DONE and self.parser.their_state is h11.DONE:
            self.parser.start_next_cycle()
            return True
        return False

    def close(self) -> None:
        """Give the stream back."""
        with contextlib.suppress(OSError):
            self.writer.close()


def _tcp(writer: StreamWriter) -> "socket.socket | None":
    """The socket of an app's stream, so that what comes is acknowledged at once: many apps write head and body apart, and
    their kernel keeps the second until it hears that the first arrived, which takes 40 ms otherwise."""
    found: Any = writer.get_extra_info("socket")
    return found if found is not None and found.family in (socket.AF_INET, socket.AF_INET6) else None


async def exchange(browser: Wire, app: Wire, request: h11.Request, headers: Headers) -> bool:
    """Pass the request (head already read) and its answer; True when the app's stream can be used again.

    Raises ConnectionError when the app's stream ended before anything of an answer came.
    """
    await app.send(h11.Request(method=request.method, target=request.target, headers=headers))
    asking = asyncio.ensure_future(_pass_body(browser, app)) if has_body(request) else None
    if asking is None:
        await app.send(h11.EndOfMessage())
    beside = [asyncio.ensure_future(_leave_with(browser, app, asking)), *([asking] if asking is not None else [])]
    try:
        return await _pass_answer(browser, app, beside)
    finally:
        await _ended(beside)


async def _leave_with(browser: Wire, app: Wire, asking: "asyncio.Future[None] | None") -> None:
    """Cut the app's stream off when the browser has gone: an app that says nothing would be waited for as long as it lives."""
    if asking is not None:
        await asyncio.wait({asking})
    await browser.gone()
    app.writer.transport.abort()


async def _ended(tasks: "Sequence[asyncio.Future[None]]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _pass_answer(browser: Wire, app: Wire, beside: "Sequence[asyncio.Future[None]]") -> bool:
    while True:
        event = await app.next()
        if type(event) is h11.Response:
            break
        if type(event) is h11.InformationalResponse:
            if event.status_code == 101:
                await _ended(beside)
                await _switch(browser, app, event)
                return False
            continue
        raise ConnectionError("the app closed the stream before it answered")
    answer = h11.Response(status_code=event.status_code, headers=outwards(event.headers), reason=event.reason)
    await browser.send(answer)
    while True:
        event = await app.next()
        if type(event) is h11.Data:
            await browser.send(h11.Data(data=event.data))
        elif type(event) is h11.EndOfMessage:
            await browser.send(h11.EndOfMessage())
            return app.again()
        else:
            raise h11.RemoteProtocolError("the app broke its answer off")


async def _switch(browser: Wire, app: Wire, answer: h11.InformationalResponse) -> None:
    """WebSocket and the like: from here on bytes are passed as they come."""
    await browser.send(h11.InformationalResponse(status_code=101, headers=outwards(answer.headers, upgrade=True)))
    for one, other in ((browser, app), (app, browser)):
        rest, _ = one.parser.trailing_data
        if rest:
            other.writer.write(rest)
    await relay((browser.reader, browser.writer), (app.reader, app.writer))


async def _pass_body(browser: Wire, app: Wire) -> None:
    while True:
        event = await browser.next()
        if type(event) is h11.Data:
            await app.send(h11.Data(data=event.data))
        elif type(event) is h11.EndOfMessage:
            await app.send(h11.EndOfMessage())
            return
        else:
            return


def has_body(request: h11.Request) -> bool:
    """Whether something follows the head."""
    return any(name == b"transfer-encoding" or (name == b"content-length" and value != b"0") for name, value in request.headers)
