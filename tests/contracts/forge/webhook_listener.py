"""A listener for webhooks on loopback that keeps what it gets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Got:
    """One delivery: header names in lower case, raw body."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Listener:
    """Deliveries so far, oldest first."""

    url: str = ""
    got: list[Got] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def wait(self, fits: Callable[[Got], bool], timeout_seconds: float = 30.0) -> Got:
        """The first delivery that fits, which may have come already."""
        async with asyncio.timeout(timeout_seconds), self.news:
            while True:
                for got in self.got:
                    if fits(got):
                        return got
                await self.news.wait()

    async def word(self, word: str, action: str = "") -> Got:
        """The first delivery of an exact event type and action."""
        mark = f'"action": "{action}"'.encode()
        return await self.wait(lambda got: got.headers.get("x-gitea-event-type") == word and (not action or mark in got.body))

    async def push(self, branch: str) -> Got:
        """The first push to a branch."""
        mark = f'"ref": "refs/heads/{branch}"'.encode()
        return await self.wait(lambda got: got.headers.get("x-gitea-event-type") == "push" and mark in got.body)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, answered with 200 and the end of the connection."""
        try:
            await reader.readline()
            headers: dict[str, str] = {}
            while line := (await reader.readline()).decode("latin-1").strip():
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
            async with self.news:
                self.got.append(Got(headers, body))
                self.news.notify_all()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    """A listener on a free port of loopback."""
    listener = Listener()
    server = await asyncio.start_server(listener.serve, "127.0.0.1", 0)
    listener.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks/gitea"
    try:
        yield listener
    finally:
        server.close()
