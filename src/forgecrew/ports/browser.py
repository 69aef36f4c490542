"""A browser in a sandbox of its own, whose only way out is an outlet.

A module `integrations/<name>/browser.py` offers `browsers(setup: BrowserSetup) -> Browsers`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from forgecrew.core.page import Page
from forgecrew.core.sandbox import Profile
from forgecrew.ports.egress import Connect
from forgecrew.ports.outlet import Outlet
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.sandbox_backend import SandboxBackend


@dataclass(frozen=True, slots=True)
class BrowserSetup:
    """What browsers are made with. `open_outlet` gives the browser's sandbox (by id) the way out that `sandbox` may have.

    Hosts of our own are led to where they say.
    """

    sandboxes: SandboxBackend
    open_outlet: Callable[[str, Sandbox, Mapping[str, Connect]], Awaitable[Outlet]]
    profile: Profile


class Browser(Protocol):
    """One tab. Pages raise TellModel for what the model can do otherwise, SandboxUnavailable when the browser is gone."""

    async def open(self, url: str) -> Page:
        """Go to an address: http(s)://…, or a path of a file in the workspace."""
        ...

    async def read(self) -> Page:
        """The page as it is now; numbers are given anew."""
        ...

    async def click(self, number: int) -> Page:
        """Click what has a number."""
        ...

    async def fill(self, number: int, text: str) -> Page:
        """Write into a field, or choose an entry of a list by its words."""
        ...

    async def wait(self, text: str, seconds: float) -> Page:
        """Until the page shows a text."""
        ...

    async def screenshot(self, *, whole: bool = False) -> bytes:
        """The window as PNG, or the whole page up to a bound."""
        ...

    async def log(self) -> Sequence[str]:
        """Console, network failures, dialogs, popups, downloads and refusals since the last call, oldest first."""
        ...

    async def close(self) -> None:
        """End it with its sandbox; twice is fine."""
        ...


class Browsers(Protocol):
    """Starts browsers."""

    async def start(self, sandbox: Sandbox, apps: Connect) -> Browser:
        """A browser for a sandbox: files of its workspace are pages, and `localhost` leads to `apps`.

        Raises SandboxUnavailable, naming the package to install where there is no browser.
        """
        ...
