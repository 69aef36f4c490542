"""A model server on loopback with scripted answers: OpenAI's and Ollama's chat API over real HTTP, and every fault we know."""

import asyncio
import json
import random
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

PIECE = 7
"""Characters per chunk of a streamed answer: odd on purpose, so that nothing falls on a border."""


@dataclass
class Turn:
    """One answer. `fault`: "", nonsense, broken (ends in the middle), error (inside the stream), whole (does not stream)."""

    text: str = "hello"
    status: int = 200
    message: str = ""
    fault: str = ""
    pause_seconds: float = 0.0
    finish: str = "stop"
    prompt_tokens: int | None = None


@dataclass
class ScriptedModel:
    """Answers from `turns`, then from `answer`; keeps all request bodies."""

    url: str = ""
    name: str = "scripted"
    window: int | None = None
    api_key: str = ""
    capabilities: tuple[str, ...] = ("completion",)
    turns: deque[Turn] = field(default_factory=deque)
    answer: Callable[[dict[str, Any]], str | Turn] = lambda body: "hello"
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    in_flight: int = 0
    in_flight_most: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *rest = head.decode().strip().split("\r\n")
        method, path, _ = first.split(" ")
        headers = {key.lower(): value.strip() for key, _, value in (line.partition(":") for line in rest)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.paths.append(path)
        self.headers.append(headers)
        if self.api_key and headers.get("authorization") != f"Bearer {self.api_key}":
            return self._json(writer, 401, {"error": {"message": "wrong key"}})
        if method == "GET" and path == "/v1/models":
            model = {"id": self.name, "object": "model"} | ({"max_model_len": self.window} if self.window else {})
            return self._json(writer, 200, {"object": "list", "data": [model, {"id": "other"}]})
        if method == "GET" and path == "/api/tags":
            return self._json(writer, 200, {"models": [{"name": self.name, "model": self.name}, {"name": "other"}]})
        if method == "POST" and path == "/api/show":
            info = {"llama.context_length": self.window} if self.window else {}
            return self._json(writer, 200, {"model_info": info, "capabilities": list(self.capabilities)})
        if method == "POST" and path in ("/v1/chat/completions", "/api/chat"):
            self.in_flight += 1
            self.in_flight_most = max(self.in_flight_most, self.in_flight)
            try:
                return await self._chat(writer, json.loads(body), ollama=path == "/api/chat")
            finally:
                self.in_flight -= 1
        return self._json(writer, 404, {"error": {"message": f"no such path: {path}"}})

    async def _chat(self, writer: asyncio.StreamWriter, body: dict[str, Any], *, ollama: bool) -> bool:
        self.requests.append(body)
        made = self.turns.popleft() if self.turns else self.answer(body)
        turn = made if isinstance(made, Turn) else Turn(made)
        if turn.status != 200:
            await asyncio.sleep(turn.pause_seconds)
            error = turn.message if ollama else {"message": turn.message}
            return self._json(writer, turn.status, {"error": error})
        prompt = turn.prompt_tokens if turn.prompt_tokens is not None else len(json.dumps(body["messages"])) // 4
        counts = (prompt, max(1, len(turn.text) // 4))
        shape = _ollama if ollama else _openai
        if turn.fault == "whole":
            await asyncio.sleep(turn.pause_seconds)
            return self._json(writer, 200, shape(turn.text, turn.finish, counts, whole=True))
        kind = "application/x-ndjson" if ollama else "text/event-stream"
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        pieces = [turn.text[at : at + PIECE] for at in range(0, len(turn.text), PIECE)]
        for number, piece in enumerate(pieces):
            if number == len(pieces) // 2:
                await asyncio.sleep(turn.pause_seconds)
                if turn.fault == "broken":
                    writer.write(b"0\r\n\r\n")
                    return True
                if turn.fault == "error":
                    self._chunk(writer, json.dumps({"error": "the runner died"}), ollama)
                if turn.fault == "nonsense":
                    self._chunk(writer, "<html>it is raining</html>", ollama)
            self._chunk(writer, json.dumps(shape(piece, None, None), ensure_ascii=False), ollama)
            await writer.drain()
        self._chunk(writer, json.dumps(shape("", turn.finish, counts)), ollama)
        if not ollama:
            self._chunk(writer, "[DONE]", ollama)
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    @staticmethod
    def _chunk(writer: asyncio.StreamWriter, data: str, ollama: bool) -> None:
        line = f"{data}\n" if ollama else f"data: {data}\n\n"
        raw = line.encode()
        for part in (raw[: len(raw) // 2], raw[len(raw) // 2 :]):
            if part:
                writer.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")

    @staticmethod
    def _json(writer: asyncio.StreamWriter, status: int, value: Any) -> bool:
        body = json.dumps(value).encode()
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        return True


def _openai(text: str, finish: str | None, counts: tuple[int, int] | None, *, whole: bool = False) -> dict[str, Any]:
    choice = {"index": 0, "message" if whole else "delta": {"content": text}, "finish_reason": finish}
    usage = {"prompt_tokens": counts[0], "completion_tokens": counts[1]} if counts else None
    return {"id": "x", "object": "chat.completion.chunk", "choices": [choice], "usage": usage}


def _ollama(text: str, finish: str | None, counts: tuple[int, int] | None, *, whole: bool = False) -> dict[str, Any]:
    line: dict[str, Any] = {"model": "x", "message": {"role": "assistant", "content": text}, "done": finish is not None}
    if counts:
        line |= {"done_reason": finish, "prompt_eval_count": counts[0], "eval_count": counts[1]}
    return line


class Corrupter:
    """Gives right answers to a schema, except for a share that it spoils in the ways that weak models do."""

    KINDS = ("truncated", "prose_around", "wrong_enum", "ignored")

    def __init__(self, seed: int, share: float = 0.3) -> None:
        self.random = random.Random(seed)
        self.share = share
        self.spoiled: dict[str, int] = dict.fromkeys(self.KINDS, 0)

    def __call__(self, body: dict[str, Any]) -> str:
        schema = body["response_format"]["json_schema"]["schema"] if "response_format" in body else body["format"]
        value = {name: self._value(name, form) for name, form in schema["properties"].items()}
        text = json.dumps(value)
        if self.random.random() >= self.share:
            return text
        kind = self.random.choice(self.KINDS)
        self.spoiled[kind] += 1
        if kind == "truncated":
            return text[: self.random.randint(1, len(text) - 1)]
        if kind == "prose_around":
            return f"Sure! Here it is:\n```json\n{json.dumps(value, indent=1)[:-2]},\n}}\n```\nHope {{this}} helps."
        if kind == "wrong_enum":
            return json.dumps({name: "maybe" if "enum" in form else value[name] for name, form in schema["properties"].items()})
        return self.random.choice(
            ["I think this is fine and we should go ahead.", '{"answer": 42}', "", "{}", "null", "[1, 2]"]
        )

    def _value(self, name: str, form: dict[str, Any]) -> Any:
        if "enum" in form:
            return self.random.choice(form["enum"])
        if form["type"] == "array":
            return [f"{name} {number}" for number in range(self.random.randint(0, form["maxItems"]))]
        return {"boolean": True, "integer": 7}.get(form["type"], f'the "{name}" is\nfine {{x}}')


@asynccontextmanager
async def scripted_model(**fields: Any) -> AsyncIterator[ScriptedModel]:
    """The server on a free port of the loopback; `url` has no path."""
    model = ScriptedModel(**fields)
    running: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(model.serve(reader, writer))
        running.add(task)
        task.add_done_callback(running.discard)

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    model.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield model
    finally:
        server.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
