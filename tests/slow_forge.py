"""A slow forge: passes requests on to a real one, holds writes before and after, and finishes what a dead client asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

WRITES = ("POST", "PATCH", "PUT", "DELETE")


@dataclass
class SlowForge:
    """`before` and `after` are seconds that a write waits until it reaches the forge, and until its answer comes back."""

    target: str
    before: float = 0.0
    after: float = 0.0
    url: str = ""
    writes: list[str] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)
    passing: "set[asyncio.Task[bytes]]" = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            body = await _body(head, reader)
            going = asyncio.create_task(self._pass_on(head, body))
            self.passing.add(going)
            going.add_done_callback(self.passing.discard)
            writer.write(await asyncio.shield(going))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _pass_on(self, head: bytes, body: bytes) -> bytes:
        first, *rest = head.decode("latin-1").strip().split("\r\n")
        method, path, _ = first.split(" ")
        counts = method in WRITES and not path.endswith("git-upload-pack")
        if counts:
            self.arrived.append(f"{method} {path}")
            await asyncio.sleep(self.before)
        parts = urlsplit(self.target)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        dropped = ("connection:", "transfer-encoding:", "content-length:", "expect:")
        kept = [line for line in rest if not line.lower().startswith(dropped)]
        length = [f"Content-Length: {len(body)}"] if body or counts else []
        writer.write("\r\n".join([first, *kept, *length, "Connection: close"]).encode("latin-1") + b"\r\n\r\n" + body)
        answer = await reader.read(-1)
        writer.close()
        if counts:
            self.writes.append(f"{method} {path} {answer.split(b' ', 2)[1].decode()}")
            await asyncio.sleep(self.after)
        return answer


async def _body(head: bytes, reader: asyncio.StreamReader) -> bytes:
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in head.decode("latin-1").split("\r\n")[1:])
    }
    if "chunked" not in headers.get("transfer-encoding", ""):
        return await reader.readexactly(int(headers.get("content-length", 0)))
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


@asynccontextmanager
async def slow_forge(target: str, *, before: float = 0.0, after: float = 0.0) -> AsyncIterator[SlowForge]:
    """The slow forge on a free port of loopback."""
    made = SlowForge(target, before, after)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()
        if made.passing:
            await asyncio.wait(made.passing, timeout=20)
