"""An app: something from a sandbox that is hosted at an address of its own for a time."""

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AppState(StrEnum):
    """How an app is. Suspended ones start again by the next request; expired and removed ones answer 410."""

    WANTED = "wanted"
    STARTING = "starting"
    RUNNING = "running"
    SUSPENDED = "suspended"
    FAILED = "failed"
    EXPIRED = "expired"
    REMOVED = "removed"


LIVE = (AppState.WANTED, AppState.STARTING, AppState.RUNNING, AppState.SUSPENDED, AppState.FAILED)
"""States of apps that still count: they have files, and may run."""


@dataclass(frozen=True, slots=True)
class App:
    """One app. `name` is the first label of its host name; `files_sha256` names a gzipped tar among the blobs.

    `command` and `port` are empty when they are found by looking at the files. `version` counts how often the files were
    replaced. `expires_at` is None for permanent ones. `log` holds head and tail of what the last start printed.
    """

    id: str
    name: str
    title: str
    owner: str
    files_sha256: str
    repo: str = ""
    task_id: int = 0
    command: tuple[str, ...] = ()
    port: int = 0
    public: bool = False
    permanent: bool = False
    ttl_seconds: int = 86_400
    idle_seconds: int = 900
    state: AppState = AppState.WANTED
    problem: str = ""
    log: str = field(default="", repr=False)
    restarts: int = 0
    version: int = 1
    removal_asked: bool = False
    created_at: datetime | None = None
    expires_at: datetime | None = None
    ready_at: datetime | None = None


def new_name(title: str) -> str:
    """A label for a host name: some of the title, and eight characters that nobody can guess."""
    readable = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40].strip("-") or "app"
    return f"{readable}-{''.join(secrets.choice('abcdefghijkmnpqrstuvwxyz23456789') for _ in range(8))}"
