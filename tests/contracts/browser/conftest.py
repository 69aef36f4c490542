"""A real browser beside a real sandbox, in which an app of ours is served."""

import asyncio
import shutil
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from forgecrew.core.command import Command
from forgecrew.core.destination import destination
from forgecrew.core.egress import EgressPolicy
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.profiles import BROWSER
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.integrations.bubblewrap.sandbox import backend as bubblewrap
from forgecrew.integrations.chromium.browser import browsers
from forgecrew.integrations.egress_proxy.egress import ProxyEgress
from forgecrew.ports.browser import Browser, BrowserSetup
from forgecrew.ports.egress import Connect, EgressSetup
from forgecrew.ports.outlet import Outlet
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.service import Service

APP = Path(__file__).with_name("app.py")
HERE = any(map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")))


@dataclass
class Desk:
    """A sandbox, what it serves, and how to start a browser beside it."""

    sandbox: Sandbox
    setup: BrowserSetup
    served: Service | None = None

    async def serve(self) -> None:
        """Serve the app on port 8000."""
        await self.sandbox.write("app.py", APP.read_bytes())
        listening = asyncio.Event()
        self.served = await self.sandbox.start(Command(("python3", "-u", "app.py")), lambda _: listening.set())
        async with asyncio.timeout(30):
            await listening.wait()

    async def apps(self, port: int) -> tuple[StreamReader, StreamWriter]:
        if self.served is None:
            raise ConnectionRefusedError("nothing is served")
        return await self.served.connect(port)

    async def start(self) -> Browser:
        return await browsers(self.setup).start(self.sandbox, self.apps)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A sandbox whose browsers may reach one host outside."""
    if not HERE:
        pytest.skip("no Chromium on this machine: install chromium-headless-shell")
    backend = bubblewrap(tmp_path / "sandboxes")
    try:
        await backend.probe()
    except SandboxUnavailable as error:
        pytest.skip(str(error))
    egress = ProxyEgress(EgressSetup(tmp_path / "egress"))

    async def open_outlet(name: str, sandbox: Sandbox, own: Mapping[str, Connect]) -> Outlet:
        async def tell(_: object) -> None: ...

        outlet = await egress.open(name, EgressPolicy((destination("api.example.org"),)), tell, own)
        assert outlet is not None
        return outlet

    sandbox = await backend.create(SandboxSpec("task-1"))
    yield Desk(sandbox, BrowserSetup(backend, open_outlet, BROWSER))
    await backend.reap(keep=())
    await egress.close()


@pytest.fixture
async def browser(desk: Desk) -> AsyncIterator[Browser]:
    """A browser beside the served app."""
    await desk.serve()
    started = await desk.start()
    yield started
    await started.close()
