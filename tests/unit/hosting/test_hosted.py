"""One app that is hosted: asked for while it stops, after its end, and while the database is away."""

import asyncio
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import text

from forgecrew.core.app import App, AppState
from forgecrew.core.command import Command, Result
from forgecrew.core.errors import RefusedError
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.hosting import rows
from forgecrew.hosting.hosted import Hosted
from forgecrew.hosting.rules import HostingRules
from forgecrew.ports.sandbox_backend import SandboxBackend
from forgecrew.store.database import Database
from forgecrew.store.queries import apps
from tests.apps import PYTHON, packed
from tests.plain_sandbox import PlainSandbox, PlainService

RULES = HostingRules("http://apps.localhost:1", "http://home.localhost", b"key")


class Reluctant:
    """A service that ends only when it may."""

    def __init__(self, inner: PlainService, may_end: asyncio.Event) -> None:
        self._inner, self._may_end = inner, may_end

    async def connect(self, port: int) -> tuple[StreamReader, StreamWriter]:
        return await self._inner.connect(port)

    def log(self) -> bytes:
        return self._inner.log()

    async def wait(self) -> Result:
        return await self._inner.wait()

    async def stop(self) -> Result:
        await self._may_end.wait()
        return await self._inner.stop()


class Place(PlainSandbox):
    """One sandbox for all; every start takes a port of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.may_end, self.started = asyncio.Event(), 0
        self.may_end.set()

    async def create(self, spec: SandboxSpec) -> PlainSandbox:
        return self

    async def start(self, command: Command, on_output: Callable[[bytes], None] | None = None) -> Any:
        self.started += 1
        return Reluctant(await super().start(command, on_output), self.may_end)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    made = Place(tmp_path)
    (tmp_path / ".forgecrew-unpacked").touch()
    (tmp_path / "app.py").write_text(PYTHON)
    yield made
    made.may_end.set()
    await made.destroy()


@pytest.fixture
async def hosted(place: Place) -> AsyncIterator[Hosted]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    shared = "import socketserver; socketserver.TCPServer.allow_reuse_port = True\n"
    (place.folder / "app.py").write_text(shared + PYTHON)  # the last life may still have the port
    app = App("1", "one", "One", "mira", "", command=("python3", "app.py"), port=port)

    async def note(**values: object) -> None:
        noted.append(values)

    async def files() -> bytes:
        return b""

    noted: list[dict[str, object]] = []
    made = Hosted(app, RULES, cast("SandboxBackend", place), files, note, asyncio.Semaphore(1))
    yield made
    place.may_end.set()
    await made.end()


async def served(hosted: Hosted) -> None:
    async with asyncio.timeout(20):
        _, writer = await hosted.connect()
    writer.close()


async def test_an_app_that_is_asked_for_while_it_is_suspended_comes_back(hosted: Hosted, place: Place) -> None:
    await served(hosted)
    place.may_end.clear()
    suspending = asyncio.ensure_future(hosted.suspend())
    await asyncio.sleep(0)
    await served(hosted)
    place.may_end.set()
    await suspending
    assert hosted.alive
    await served(hosted)
    assert place.started == 2


async def test_an_app_that_has_ended_is_not_started_by_who_still_asks(hosted: Hosted, place: Place) -> None:
    await served(hosted)
    place.may_end.clear()
    ending = asyncio.ensure_future(hosted.end())
    await asyncio.sleep(0)
    with pytest.raises(RefusedError, match="has ended"):
        await hosted.connect()
    place.may_end.set()
    await ending
    assert not hosted.alive
    assert place.started == 1


async def test_what_is_known_of_an_app_waits_for_the_database(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "AGAIN_SECONDS", 0.01)
    async with sqlite_database.write() as connection:
        app = await apps.ask(connection, App("", "one", "One", "mira", ""), packed(index__html="x"), of_one_max=5)
        await connection.execute(text("ALTER TABLE app RENAME TO away"))
    noting = asyncio.ensure_future(rows.AppRows(sqlite_database).note_of(app)(state=AppState.RUNNING))
    await asyncio.wait([noting], timeout=0.1)
    assert not noting.done()
    async with sqlite_database.write() as connection:
        await connection.execute(text("ALTER TABLE away RENAME TO app"))
    async with asyncio.timeout(20):
        await noting
    async with sqlite_database.read() as connection:
        assert (await apps.get(connection, app.id)).state is AppState.RUNNING
