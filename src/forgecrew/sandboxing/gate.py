"""The host's side of a command's gate: leads its doors to Unix sockets, and reaches ports of its loopback."""

import asyncio
import contextlib
import logging
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable, Sequence

from forgecrew.core.sandbox import Door
from forgecrew.sandboxing.channel import Channel
from forgecrew.sandboxing.doors import serve_door
from forgecrew.sandboxing.traffic import Traffic

_ANSWER_SECONDS = 10.0
_LOOPBACKS = ((b"4", socket.AF_INET, "127.0.0.1"), (b"6", socket.AF_INET6, "::1"))
log = logging.getLogger(__name__)


class Gate:
    """One command's; `reached` gives the channel to the gate inside, once that is there.

    Only `serve` speaks on the channel: an answer that nobody waits for any more must not become the next one's.
    """

    def __init__(self, reached: Callable[[], Awaitable[socket.socket]], doors: Sequence[Door], traffic: Traffic) -> None:
        self._reached, self._doors, self._traffic = reached, doors, traffic
        self._wanted: asyncio.Queue[tuple[bytes, asyncio.Future[socket.socket | None]]] = asyncio.Queue()
        self._over = False

    async def serve(self) -> None:
        """Take the gate's listeners and serve them, and give sockets of its network, until cancelled."""
        try:
            with contextlib.closing(Channel(await self._reached())) as channel:
                await self._serve(channel)
        except ConnectionError as error:
            log.debug("a gate is not reached: %s", error)
        finally:
            self._over = True
            while not self._wanted.empty():
                _answer(self._wanted.get_nowait()[1], None)

    async def connect(self, port: int) -> tuple[StreamReader, StreamWriter]:
        """A stream to a port inside, version 4 before 6. Raises ConnectionRefusedError when nobody listens."""
        for letter, family, address in _LOOPBACKS:
            fresh = await self._fresh(letter, family)
            if fresh is None:
                continue
            try:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    await asyncio.get_running_loop().sock_connect(fresh, (address, port))
            except OSError:
                fresh.close()
            except BaseException:  # cancelled: the socket must not stay
                fresh.close()
                raise
            else:
                fresh.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return await asyncio.open_connection(sock=fresh)
        raise ConnectionRefusedError(f"nobody listens on port {port} of the service")

    async def _fresh(self, letter: bytes, family: socket.AddressFamily) -> socket.socket | None:
        """A new socket of its network from the gate; None when it gives none, is gone or too slow."""
        if self._over:
            return None
        given: asyncio.Future[socket.socket | None] = asyncio.get_running_loop().create_future()
        self._wanted.put_nowait((letter, given))
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                fresh = await given
        except BaseException as error:  # cancelled, perhaps with the socket just given: it must not stay
            if given.done() and not given.cancelled() and (left := given.result()) is not None:
                left.close()
            if isinstance(error, TimeoutError):
                return None
            raise
        if fresh is not None and (fresh.family, fresh.type) != (family, socket.SOCK_STREAM):
            fresh.close()
            return None
        return fresh

    async def _serve(self, channel: Channel) -> None:
        with contextlib.ExitStack() as open_now:
            listeners = [socket.socket(fileno=fd) for fd in await channel.take(max(len(self._doors), 1))]
            for one in listeners:
                open_now.enter_context(one)
            serving = (serve_door(one, door, self._traffic) for one, door in zip(listeners, self._doors, strict=False))
            await asyncio.gather(self._give(channel), *serving)

    async def _give(self, channel: Channel) -> None:
        while True:
            letter, given = await self._wanted.get()
            fresh: socket.socket | None = None
            try:
                if not given.done():  # else who wanted it has gone
                    fresh = await _asked(channel, letter)
            finally:
                _answer(given, fresh)


async def _asked(channel: Channel, letter: bytes) -> socket.socket | None:
    """What the gate gives for a letter; None when it gives nothing, or is gone."""
    with contextlib.suppress(OSError, ValueError):
        await channel.say(letter)
        for fd in await channel.take(1):
            fresh = socket.socket(fileno=fd)
            fresh.setblocking(False)
            return fresh
    return None


def _answer(given: "asyncio.Future[socket.socket | None]", fresh: socket.socket | None) -> None:
    if not given.done():
        given.set_result(fresh)
    elif fresh is not None:
        fresh.close()
