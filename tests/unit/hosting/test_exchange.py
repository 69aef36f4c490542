"""One request and its answer: browsers that go, ask ahead, or switch to another protocol."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import h11
import pytest

from forgecrew.hosting import wire
from forgecrew.hosting.exchange import exchange, has_body
from forgecrew.hosting.wire import Wire

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Ends:
    """Both wires of the proxy, and the streams that browser and app hold."""

    browser_wire: Wire
    app_wire: Wire
    browser: Stream
    app: Stream

    async def request(self) -> bool:
        """Pass the next one, as the proxy does."""
        asked = await self.browser_wire.next()
        assert type(asked) is h11.Request
        if not has_body(asked):
            await self.browser_wire.next()
        async with asyncio.timeout(10):
            return await exchange(self.browser_wire, self.app_wire, asked, [(b"host", b"app")])


@pytest.fixture
async def ends(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ends]:
    monkeypatch.setattr(wire, "GONE_SECONDS", 0.1)
    streams: list[Stream] = []
    for _ in range(2):
        for end in socket.socketpair():
            streams.append(await asyncio.open_connection(sock=end))
    ours, browser, theirs, app = streams
    yield Ends(Wire(*ours, client=True), Wire(*theirs, client=False), browser, app)
    for _, writer in streams:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def test_an_app_that_says_nothing_is_not_waited_for_once_the_browser_has_gone(ends: Ends) -> None:
    ends.browser[1].write(b"GET / HTTP/1.1\r\nhost: app\r\n\r\n")
    passing = asyncio.ensure_future(ends.request())
    assert (await ends.app[0].readuntil(b"\r\n\r\n")).startswith(b"GET / ")
    ends.browser[1].close()
    with pytest.raises((ConnectionError, h11.RemoteProtocolError)):
        await passing
    assert await ends.app[0].read() == b""


async def test_an_upload_that_breaks_off_ends_the_request(ends: Ends) -> None:
    ends.browser[1].write(b"POST / HTTP/1.1\r\nhost: app\r\ncontent-length: 100\r\n\r\nten bytes!")
    passing = asyncio.ensure_future(ends.request())
    await ends.app[0].readuntil(b"\r\n\r\n")
    ends.browser[1].close()
    with pytest.raises((ConnectionError, h11.RemoteProtocolError)):
        await passing


async def test_who_has_asked_and_sends_no_more_is_answered(ends: Ends) -> None:
    ends.browser[1].write(b"GET / HTTP/1.1\r\nhost: app\r\n\r\n")
    ends.browser[1].write_eof()
    passing = asyncio.ensure_future(ends.request())
    await ends.app[0].readuntil(b"\r\n\r\n")
    ends.app[1].write(b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n")
    for _ in range(4):  # slowly, but it goes on
        await asyncio.sleep(0.06)
        ends.app[1].write(b"ab")
    assert await passing
    assert (await ends.browser[0].readuntil(b"abababab")).startswith(b"HTTP/1.1 200")


async def test_what_is_asked_ahead_is_answered_next(ends: Ends) -> None:
    ends.browser[1].write(b"GET /1 HTTP/1.1\r\nhost: app\r\n\r\n")
    passing = asyncio.ensure_future(ends.request())
    await ends.app[0].readuntil(b"\r\n\r\n")
    ends.browser[1].write(b"GET /2 HTTP/1.1\r\nhost: app\r\n\r\n")
    await asyncio.sleep(0.01)
    ends.app[1].write(b"HTTP/1.1 204 No Content\r\n\r\n")
    assert await passing
    assert ends.browser_wire.again()
    passing = asyncio.ensure_future(ends.request())
    assert (await ends.app[0].readuntil(b"\r\n\r\n")).startswith(b"GET /2 ")
    ends.app[1].write(b"HTTP/1.1 204 No Content\r\n\r\n")
    assert await passing


async def test_what_follows_a_switch_belongs_to_the_app(ends: Ends) -> None:
    ends.browser[1].write(b"GET / HTTP/1.1\r\nhost: app\r\nconnection: upgrade\r\nupgrade: own\r\n\r\n")
    asked = await ends.browser_wire.next()
    await ends.browser_wire.next()
    headers = [(b"host", b"app"), (b"connection", b"upgrade"), (b"upgrade", b"own")]
    passing = asyncio.ensure_future(exchange(ends.browser_wire, ends.app_wire, asked, headers))
    await ends.app[0].readuntil(b"\r\n\r\n")
    ends.browser[1].write(b"early ")
    await asyncio.sleep(0.01)
    ends.app[1].write(b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: own\r\n\r\n")
    await ends.browser[0].readuntil(b"\r\n\r\n")
    ends.browser[1].write(b"late")
    async with asyncio.timeout(10):
        assert await ends.app[0].readexactly(10) == b"early late"
        ends.browser[1].close()
        ends.app[1].close()
        assert not await passing
