"""Sandboxes by settings."""

from pathlib import Path

from forgecrew.app.adapters import chosen
from forgecrew.app.settings import Settings
from forgecrew.ports.sandbox_backend import SandboxBackend


def sandboxes(settings: Settings, folder: Path | None = None) -> SandboxBackend:
    """What makes sandboxes; `folder` holds their workspaces."""
    adapter = chosen(settings.file, "sandbox", "sandbox.kind", settings.sandbox.kind)
    words = {name: getattr(settings.sandbox, name) for name in getattr(adapter, "OPTIONS", ())}
    return adapter.backend(folder or settings.home / "sandboxes", **words)
