"""Connecting to the outside by settings: forge, models, sandboxes, event sources, each through the adapter of its kind."""

import difflib
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from forgecrew.app import discover
from forgecrew.app.api_key import api_key
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError
from forgecrew.integrations.recorded.recorder import record
from forgecrew.ports.browser import Browsers, BrowserSetup
from forgecrew.ports.chat_model import ChatModel
from forgecrew.ports.code_history import CodeHistory
from forgecrew.ports.code_host import CodeHost
from forgecrew.ports.code_push import CodePush
from forgecrew.ports.egress import Egress, EgressSetup
from forgecrew.ports.embedder import Embedder, EmbedderSettings
from forgecrew.ports.event_source import EventSource
from forgecrew.ports.forge import Forge
from forgecrew.ports.history import History
from forgecrew.ports.model_settings import ModelSettings
from forgecrew.ports.sandbox_backend import SandboxBackend
from forgecrew.ports.version_store import VersionStore


def forge_as(settings: Settings, token: str) -> Forge:
    """The forge as the account of a token (no I/O yet)."""
    if not settings.forge.url:
        raise ConfigError(f"{settings.file}: forge.url is missing; set it to your forge's address, e.g. http://localhost:3000")
    return _adapter(settings, "forge", "forge.kind", settings.forge.kind).connect(settings.forge.url, token)


def model_of(settings: Settings, role: str = "") -> ChatModel:
    """The model that a role thinks with (no I/O yet)."""
    choice = settings.model_of(role)
    where = f"model.roles.{role}" if role in settings.model_roles else "model"
    for key, value in (("url", choice.url), ("name", choice.name)):
        if not value:
            raise ConfigError(f"{settings.file}: {where}.{key} is missing; `forgecrew init` asks for it")
    wanted = ModelSettings(
        url=choice.url, name=choice.name, window=choice.window, api_key=api_key(choice), parallel=choice.parallel,
        timeout_seconds=choice.timeout_seconds,
    )  # fmt: skip
    model: ChatModel = _adapter(settings, "chat_model", f"{where}.kind", choice.kind).connect(wanted)
    return record(model, Path(choice.record)) if choice.record else model


def sandboxes(settings: Settings, folder: Path | None = None) -> SandboxBackend:
    """What makes sandboxes; `folder` holds their workspaces."""
    adapter = _adapter(settings, "sandbox", "sandbox.kind", settings.sandbox.kind)
    words = {name: getattr(settings.sandbox, name) for name in getattr(adapter, "OPTIONS", ())}
    return adapter.backend(folder or settings.home / "sandboxes", **words)


def egress(settings: Settings) -> Egress:
    """What opens ways out of sandboxes (no I/O yet)."""
    wanted = settings.egress
    setup = EgressSetup(
        settings.home / "egress", upstream=wanted.upstream, upstream_resolves=wanted.upstream_resolves, ca_file=wanted.ca_file,
        bytes_max=wanted.mib_max << 20, connections_max=wanted.connections_max, seconds_max=wanted.seconds_max,
    )  # fmt: skip
    return _only("egress").egress(setup)


def browsers(setup: BrowserSetup) -> Browsers:
    """What starts browsers (no I/O yet)."""
    return _only("browser").browsers(setup)


def event_sources(settings: Settings) -> dict[str, EventSource]:
    """Every kind of webhook that is understood, by the name in its address."""
    found = discover.providers("event_source")
    return {name: module.source() for name, module in found.working.items()}


def embedder_of(settings: Settings) -> Embedder | None:
    """What turns texts into vectors (no I/O yet); None when memory searches by words alone."""
    chosen = settings.memory
    if chosen.embedder == "none":
        return None
    wanted = EmbedderSettings(
        folder=settings.home / "models" / chosen.embedder, url=chosen.url, name=chosen.name,
        api_key=api_key(chosen, section="memory"), timeout_seconds=chosen.timeout_seconds,
    )  # fmt: skip
    return _adapter(settings, "embedder", "memory.embedder", chosen.embedder).connect(wanted)


def _adapter(settings: Settings, port: str, key: str, kind: str) -> ModuleType:
    found = discover.providers(port)
    if kind in found.working:
        return found.working[kind]
    if kind in found.broken:
        raise ConfigError(f"{settings.file}: {key} is {kind!r}, but that does not load: {found.broken[kind]}")
    near = difflib.get_close_matches(kind, found.working, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"allowed are {', '.join(sorted(found.working))}"
    raise ConfigError(f"{settings.file}: {key} is {kind!r}; {hint}")


def code_host(settings: Settings, accounts: Sequence[tuple[str, str]]) -> CodeHost:
    """Mirrors of the forge's repositories, read with the first of the accounts (login, read token) that may."""
    return _only("code_host").connect(settings.home / "mirrors", accounts)


def history_as(settings: Settings, token: str) -> History:
    """The past of the forge's repositories as the account of a token (no I/O yet)."""
    return _adapter(settings, "history", "forge.kind", settings.forge.kind).connect(settings.forge.url, token)


def code_history(settings: Settings) -> CodeHistory:
    """The past of code that the mirrors hold."""
    return _only("code_history").connect(settings.home / "mirrors")


def code_push(settings: Settings) -> CodePush:
    """Clean clones from which agents' commits are pushed."""
    return _only("code_push").connect(settings.home / "push")


def version_store(settings: Settings) -> VersionStore:
    """What opens bundles of file versions."""
    return _only("version_store").connect(settings.home / "versions")


def _only(port: str) -> ModuleType:
    found = discover.providers(port)
    for module in found.working.values():
        return module
    raise ConfigError(f"nothing serves the port {port}: {found.broken or 'its folder in integrations/ is gone'}")
