"""The tools that all desks of the process `work` share, each with what it needs."""

from typing import Any

from forgecrew.app import discover
from forgecrew.app.connect_web import browsers
from forgecrew.app.ways_out import WaysOut
from forgecrew.core.profiles import BROWSER
from forgecrew.kernel.outbox import StoredOutbox
from forgecrew.ports.browser import BrowserSetup
from forgecrew.ports.sandbox_backend import SandboxBackend
from forgecrew.ports.tool import Tool


def make_tools(boxes: SandboxBackend, ways_out: WaysOut, outbox: StoredOutbox) -> dict[str, Tool]:
    """By the first word of their block; those that are made for each run anew are left out."""
    given: dict[str, Any] = {
        "browsers": browsers(BrowserSetup(boxes, ways_out.beside, BROWSER)),
        "keep_bytes": outbox.keep_bytes,
    }
    found = [module for module in discover.tools().working.values() if not hasattr(module, "NEEDS_OF_RUN")]
    tools: list[Tool] = [module.tool(**{name: given[name] for name in getattr(module, "NEEDS", ())}) for module in found]
    return {one.kind: one for one in tools}
