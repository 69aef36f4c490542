"""An outlet of the egress proxy with a resolver of our own, servers behind it, and a client that speaks to its socket."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forgecrew.core.destination import destination
from forgecrew.core.egress import Credential, EgressPolicy
from forgecrew.core.egress_decision import EgressDecision
from forgecrew.core.relay import relay
from forgecrew.integrations.egress_proxy.authority import Authority
from forgecrew.integrations.egress_proxy.egress import ProxyEgress
from forgecrew.ports.egress import EgressSetup
from forgecrew.ports.outlet import Outlet

Answer = Callable[[bytes], Awaitable[bytes]]
Names = Mapping[str, list[str]] | Callable[[str], list[str]]
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


@dataclass
class Server:
    """A real server on loopback: keeps what it was sent, gives what `answer` makes of it."""

    port: int
    heads: list[bytes] = field(default_factory=list)


@asynccontextmanager
async def server(answer: Answer | bytes, *, context: ssl.SSLContext | None = None, port: int = 0) -> AsyncIterator[Server]:
    """Answers each connection once, when its request's head and announced body are there."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            made.heads.append(head)
            writer.write(answer if isinstance(answer, bytes) else await answer(head))
            await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async with listening(talk, port, context) as at:
        made = Server(at)
        yield made


@asynccontextmanager
async def listening(talk: Talk, port: int = 0, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server on loopback whose conversations end with it."""
    talks: set[asyncio.Task[None]] = set()

    def arrived(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.ensure_future(talk(reader, writer)))

    opened = await asyncio.start_server(arrived, "127.0.0.1", port, ssl=context)
    try:
        yield opened.sockets[0].getsockname()[1]
    finally:
        opened.close()
        for one in talks:
            one.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await asyncio.sleep(0)


def text(body: str, status: str = "200 OK", **headers: str) -> bytes:
    """An answer."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body.encode())}\r\n{lines}\r\n{body}".encode()


@dataclass
class Proxy:
    """One outlet and what it has told; `names` is the resolver's whole world."""

    egress: ProxyEgress
    outlet: Outlet
    told: list[EgressDecision]

    async def say(self, data: bytes, seconds: float = 20) -> bytes:
        """Send bytes, read to the end."""
        reader, writer = await asyncio.open_unix_connection(self.outlet.doors[0].socket)
        try:
            writer.write(data)
            async with asyncio.timeout(seconds):
                return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()

    async def get(self, url: str, *headers: str) -> bytes:
        """A plain request."""
        host = url.partition("://")[2].partition("/")[0]
        return await self.say("\r\n".join([f"GET {url} HTTP/1.1", f"Host: {host}", *headers, "", ""]).encode())

    @property
    def refusals(self) -> list[str]:
        return [f"{one.place} {one.reason}" for one in self.outlet.refused()]


@asynccontextmanager
async def proxy(
    folder: Path, *allow: str, names: Names | None = None, credentials: tuple[Credential, ...] = (), **setup: object
) -> AsyncIterator[Proxy]:
    """An open outlet; unknown names do not resolve."""
    decisions: list[EgressDecision] = []

    async def tell(decision: EgressDecision) -> None:
        decisions.append(decision)

    async def resolve(host: str, port: int) -> list[str]:
        return names(host) if callable(names) else (names or {}).get(host, [])

    egress = ProxyEgress(EgressSetup(folder, **setup), resolve)  # type: ignore[arg-type]
    outlet = await egress.open("box-1", EgressPolicy(tuple(map(destination, allow)), credentials), tell)
    assert outlet is not None
    try:
        yield Proxy(egress, outlet, decisions)
    finally:
        await egress.close()


@asynccontextmanager
async def door_port(outlet: Outlet) -> AsyncIterator[int]:
    """What a sandbox's door does: a port that leads to the outlet's socket."""

    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await relay((reader, writer), await asyncio.open_unix_connection(outlet.doors[0].socket))

    async with listening(lead) as port:
        yield port


async def client(*command: str, **env: str) -> str:
    """What a client prints, both streams together; it has no environment but the one given."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", **env},
    )  # fmt: skip
    output, _ = await process.communicate()
    return output.decode("utf-8", "replace")


def authority(folder: Path) -> tuple[Authority, str]:
    """A certificate authority of the test's own and its certificate file."""
    folder.mkdir(mode=0o700)
    made = Authority(folder)
    file = folder / "ca.pem"
    file.write_text(made.certificate)
    return made, str(file)
