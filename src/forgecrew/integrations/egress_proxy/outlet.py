"""One sandbox's outlet: a Unix socket of ours at which the proxy listens."""

import asyncio
import logging
from asyncio import StreamReader, StreamWriter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import h11

from forgecrew.core.egress_decision import EgressDecision
from forgecrew.core.private_socket import private_socket
from forgecrew.core.sandbox import Door
from forgecrew.integrations.egress_proxy.link import Cut, Link, Meter
from forgecrew.integrations.egress_proxy.way import Way

BUFFER_BYTES = 256 << 10
log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class SocketOutlet:
    """Implements ports.egress.Outlet; `start` opens it."""

    socket: Path
    way: Way
    bytes_max: int
    connections_max: int
    seconds_max: float
    doors: tuple[Door, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    mounts: tuple[str, ...] = ()
    _meter: Meter = field(init=False)
    _server: asyncio.Server | None = None
    _talks: set["asyncio.Task[None]"] = field(default_factory=set["asyncio.Task[None]"])

    def __post_init__(self) -> None:
        """One meter for all its connections."""
        self._meter = Meter(self.bytes_max)

    async def start(self) -> None:
        """Listen; a socket that an earlier process left is replaced. Raises OSError."""
        self.socket.unlink(missing_ok=True)
        bound = private_socket(self.socket)
        self._server = await asyncio.start_unix_server(self._arrived, sock=bound, limit=BUFFER_BYTES, backlog=64)

    def refused(self, since: int = 0) -> Sequence[EgressDecision]:
        """What was refused, without the first `since`."""
        return tuple(self.way.judge.refused[since:])

    async def close(self) -> None:
        """Close it with everything that goes through it; twice is fine."""
        if self._server is not None:
            self._server.close()
            self._server = None
            self.socket.unlink(missing_ok=True)
        for talk in list(self._talks):
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    def _arrived(self, reader: StreamReader, writer: StreamWriter) -> None:
        if len(self._talks) >= self.connections_max or self._server is None:
            writer.close()
            return
        talk = asyncio.ensure_future(self._talk(Link(reader, writer, self._meter)))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def _talk(self, link: Link) -> None:
        try:
            async with asyncio.timeout(self.seconds_max):
                await self.way.go(link)
        except (OSError, TimeoutError, Cut, h11.ProtocolError) as error:
            log.debug("a connection of a sandbox ended early: %s", error)
        except Exception:  # one connection must not end the others, and nobody else would hear of it
            log.exception("a connection of a sandbox could not be served")
        finally:
            await link.end()
