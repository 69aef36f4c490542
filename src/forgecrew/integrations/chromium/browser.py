"""The port `browser` by headless Chromium: each in a sandbox of its own, driven through its debugging port."""

import asyncio
from contextlib import suppress

from forgecrew.core.command import Command
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.integrations.chromium import flags
from forgecrew.integrations.chromium.first_tab import first_tab
from forgecrew.integrations.chromium.workspace_site import HOST, WorkspaceSite
from forgecrew.ports.browser import Browser, BrowserSetup
from forgecrew.ports.egress import Connect
from forgecrew.ports.sandbox import Sandbox

LIFE_SECONDS = 3600.0


def browsers(setup: BrowserSetup) -> "ChromiumBrowsers":
    """Starts Chromium (no I/O yet)."""
    return ChromiumBrowsers(setup)


class ChromiumBrowsers:
    """Implements ports.browser.Browsers."""

    def __init__(self, setup: BrowserSetup) -> None:
        self._setup = setup

    async def start(self, sandbox: Sandbox, apps: Connect) -> Browser:
        """A browser beside a sandbox. Raises SandboxUnavailable."""
        name = f"{sandbox.spec.id}-browser"
        own = {HOST: WorkspaceSite(sandbox).connect, "localhost": apps, "127.0.0.1": apps}
        outlet = await self._setup.open_outlet(name, sandbox, own)

        async def end() -> None:
            await outlet.close()
            if (box := await self._setup.sandboxes.attach(name)) is not None:
                with suppress(OSError):
                    await box.destroy()

        spec = SandboxSpec(
            name, owner=sandbox.spec.owner, profile=self._setup.profile, path=sandbox.spec.path, doors=outlet.doors
        )
        try:
            if (old := await self._setup.sandboxes.attach(name)) is not None:
                await old.destroy()
            box = await self._setup.sandboxes.create(spec)
            service = await box.start(Command(flags.command(outlet.doors[0].port), timeout_seconds=LIFE_SECONDS))
            return await first_tab(service, outlet, end)
        except BaseException:  # whatever went wrong, nothing stays, however often it is cancelled
            await asyncio.shield(end())
            raise
