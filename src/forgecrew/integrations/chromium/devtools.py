"""Chromium's DevTools protocol: JSON messages over a websocket on any stream."""

import asyncio
import json
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable
from typing import Any

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Message, Ping, RejectConnection, Request

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.signals import TellModel

CALL_SECONDS = 20.0
MESSAGE_CHARACTERS_MAX = 64 << 20
Event = Callable[[str, dict[str, Any]], None]


class DevTools:
    """One connection to one target; `on_event` gets every event in order."""

    def __init__(self, reader: StreamReader, writer: StreamWriter, on_event: Event) -> None:
        self._reader, self._writer, self._on_event = reader, writer, on_event
        self._socket = WSConnection(ConnectionType.CLIENT)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._number = 0
        self._parts: list[str] = []
        self._reading: asyncio.Task[None] | None = None

    async def begin(self, path: str) -> None:
        """Shake hands. Raises SandboxUnavailable."""
        self._send(Request(host="127.0.0.1", target=path))
        async with asyncio.timeout(CALL_SECONDS):
            while True:
                if not (block := await self._reader.read(1 << 16)):
                    raise SandboxUnavailable("the browser closed its debugging port")
                self._socket.receive_data(block)
                for event in self._socket.events():
                    if isinstance(event, AcceptConnection):
                        self._reading = asyncio.ensure_future(self._read())
                        return
                    if isinstance(event, RejectConnection):
                        raise SandboxUnavailable(f"the browser refused to be driven (status {event.status_code})")

    async def call(self, method: str, *, seconds: float = CALL_SECONDS, **parameters: Any) -> dict[str, Any]:
        """One command. Raises TellModel when the page does not answer, SandboxUnavailable when the browser is gone."""
        answer = self.start(method, **parameters)
        try:
            async with asyncio.timeout(seconds):
                return await answer
        except TimeoutError:
            raise TellModel("The page does not answer: it is busy. Open another one, or try again.") from None

    def start(self, method: str, **parameters: Any) -> asyncio.Future[dict[str, Any]]:
        """Send a command; its answer comes later."""
        self._number += 1
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        if self._reading is None or self._reading.done():
            answer.set_exception(SandboxUnavailable("the browser has ended"))
            return answer
        number = self._number
        self._waiting[number] = answer
        answer.add_done_callback(lambda done: (self._waiting.pop(number, None), done.cancelled() or done.exception()))
        self._send(Message(data=json.dumps({"id": number, "method": method, "params": parameters})))
        return answer

    async def close(self) -> None:
        """End the connection."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        self._writer.close()

    def _send(self, event: Any) -> None:
        self._writer.write(self._socket.send(event))

    async def _read(self) -> None:
        try:
            while block := await self._reader.read(1 << 18):
                self._socket.receive_data(block)
                for event in self._socket.events():
                    self._take(event)
        except OSError:
            pass
        finally:
            for answer in list(self._waiting.values()):
                if not answer.done():
                    answer.set_exception(SandboxUnavailable("the browser has ended"))

    def _take(self, event: Any) -> None:
        if isinstance(event, Ping):
            self._send(event.response())
        elif isinstance(event, CloseConnection):
            raise ConnectionResetError
        elif isinstance(event, Message):
            self._parts.append(str(event.data))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
            if sum(map(len, self._parts)) > MESSAGE_CHARACTERS_MAX:
                raise ConnectionResetError
            if event.message_finished:
                message, self._parts = json.loads("".join(self._parts)), []
                self._give(message)

    def _give(self, message: dict[str, Any]) -> None:
        answer = self._waiting.get(message.get("id", 0))
        if answer is None:
            if "method" in message:
                self._on_event(message["method"], message.get("params", {}))
        elif not answer.done():
            if "error" in message:
                answer.set_exception(TellModel(f"The browser says: {message['error'].get('message', 'no')}"))
            else:
                answer.set_result(message.get("result", {}))
