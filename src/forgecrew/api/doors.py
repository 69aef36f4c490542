"""What the doors are given to work with: made once by the process that opens them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from forgecrew.core.event import Event
from forgecrew.core.role import Role
from forgecrew.memory.for_operator import MemoryDesk
from forgecrew.ports.event_source import EventSource
from forgecrew.ports.version_store import VersionStore
from forgecrew.store.database import Database


@dataclass(frozen=True, slots=True)
class AppDoors:
    """What routes about apps need: the address above all of them (empty: none are hosted), the key of links, bounds."""

    url: str = ""
    key: bytes = field(default=b"", repr=False)
    ttl_seconds: int = 86_400
    idle_seconds: int = 900
    of_one_max: int = 5


@dataclass(frozen=True, slots=True)
class Doors:
    """Everything that a route may need. `accept` stores an event and tells whether it is new."""

    database: Database
    accept: Callable[[Event], Awaitable[bool]]
    sources: Mapping[str, EventSource]
    webhook_secret: str = field(repr=False)
    login_token: str = field(repr=False)
    public_url: str
    version: str
    crew: Sequence[Role] = ()
    forge_url: str = ""
    hook_bytes_max: int = 16 << 20
    apps: AppDoors = field(default_factory=lambda: AppDoors())
    versions: VersionStore | None = None
    memory: Callable[[], MemoryDesk] | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)


InDoors = NamedDependency[SkipValidation[Doors]]
"""How a handler asks for the doors: a parameter `doors: InDoors`."""
