"""Starting an app: its sandbox, its files, its command, and the wait until it listens."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Any

from forgecrew.core.app import App
from forgecrew.core.command import Command
from forgecrew.core.errors import RefusedError
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.hosting.rules import HostingRules, sandbox_id
from forgecrew.hosting.unpack import look, unpack
from forgecrew.ports.sandbox_backend import SandboxBackend
from forgecrew.ports.service import Service


async def launch(
    app: App, rules: HostingRules, backend: SandboxBackend, files: Callable[[], Awaitable[bytes]]
) -> tuple[Service, int]:
    """The service, and the port on which it is to listen. Raises RefusedError, WorldError."""
    spec = SandboxSpec(sandbox_id(app), owner=app.owner, profile=rules.profile, mounts=rules.mounts, path=rules.path)
    sandbox = await backend.create(spec)
    await unpack(sandbox, files)
    plan = await look(sandbox, app)
    environment = (("PORT", str(plan.port)), ("HOST", "127.0.0.1"), ("PUBLIC_URL", rules.origin(app.name)))
    return await sandbox.start(Command(plan.argv, env=environment)), plan.port


async def until_it_listens(
    service: Service, port: int, ending: "asyncio.Future[Any]", *, seconds_max: float, first: bool
) -> None:
    """Wait until the port takes a stream, or the app has ended after it once listened. Raises RefusedError."""
    deadline = time.monotonic() + seconds_max
    pause_seconds = 0.005
    while time.monotonic() < deadline:
        with contextlib.suppress(ConnectionRefusedError):
            _, writer = await service.connect(port)
            writer.close()
            return
        if ending.done():
            if first:  # it has never listened: starting it again would not help
                result = await service.wait()
                status = f"status {result.exit_code}" if result.reason == "exit" else result.reason
                raise RefusedError(f"the app ended with {status} before it listened on port {port}: {_end(result.text)}")
            return
        await asyncio.wait([ending], timeout=pause_seconds)
        pause_seconds = min(pause_seconds * 1.2, 0.25)
    raise RefusedError(
        f"the app does not listen on 127.0.0.1:{port} after {seconds_max:g} s: let it take the port "
        f"from PORT, or name its own in .forgecrew/preview.toml. It printed: {_end(service.log().decode('utf-8', 'replace'))}"
    )


def _end(text: str) -> str:
    return text.strip()[-400:] or "nothing"
