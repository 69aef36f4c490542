"""A JSON server on loopback that answers by a function, over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

Answer = tuple[int, Any]
"""Status and JSON."""


@dataclass
class JsonServer:
    """`answer(method, path, body)` gives status and JSON; `asked` keeps what came, `api_key` refuses others."""

    answer: Callable[[str, str, Any], Answer]
    url: str = ""
    api_key: str = ""
    pause_seconds: float = 0.0
    asked: list[tuple[str, Any]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
                method, path, _ = first.split(" ")
                headers = {key.lower(): value.strip() for key, _, value in (line.partition(":") for line in rest)}
                raw = await reader.readexactly(int(headers.get("content-length", 0)))
                body = json.loads(raw) if raw else None
                self.asked.append((path, body))
                await asyncio.sleep(self.pause_seconds)
                right = not self.api_key or headers.get("authorization") == f"Bearer {self.api_key}"
                status, value = self.answer(method, path, body) if right else (401, {"error": "wrong key"})
                told = json.dumps(value).encode()
                head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(told)}\r\n\r\n"
                writer.write(head.encode() + told)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def json_server(answer: Callable[[str, str, Any], Answer]) -> AsyncIterator[JsonServer]:
    made = JsonServer(answer)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield made
        server.close()
        for task in asyncio.all_tasks():
            if task.get_coro().__qualname__ == "JsonServer.serve":  # type: ignore[union-attr]
                task.cancel()
        await asyncio.sleep(0)
