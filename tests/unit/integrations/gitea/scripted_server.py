"""A loopback HTTP server that answers as a test tells it, and keeps what it was asked."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class ScriptedServer:
    """`answers` maps a target (path with query) to (status, headers, body); others get 404."""

    url: str = ""
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def on(self, target: str, value: Any = None, *, status: int = 200, raw: bytes | None = None, **headers: str) -> None:
        """Answer a target with JSON, or with raw bytes."""
        body = raw if raw is not None else json.dumps(value).encode()
        told = {"Content-Type": "application/json", **{key.replace("_", "-"): text for key, text in headers.items()}}
        self.answers[target] = (status, told, body)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            method, target, _ = (await reader.readline()).decode().split()
            headers: dict[str, str] = {}
            while line := (await reader.readline()).decode("latin-1").strip():
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            await reader.readexactly(int(headers.get("content-length", "0")))
            self.asked.append((method, target, headers))
            status, told, body = self.answers.get(target, (404, {}, b'{"message":"not found"}'))
            told = {**told, "Content-Length": str(len(body)), "Connection": "close"}
            lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
            writer.write(f"HTTP/1.1 {status} Told\r\n{lines}\r\n".encode() + body)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def scripted() -> AsyncIterator[ScriptedServer]:
    """A server on a free port."""
    server = ScriptedServer()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listening.close()
