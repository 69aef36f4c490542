"""Sandboxes as the process `work` has them: fitted to their commands, in turns on a full machine, and seen."""

import hashlib
from pathlib import Path

from forgecrew.app import connections
from forgecrew.app.outgoing import outgoing_filter
from forgecrew.app.profile_ladder import ladder_of
from forgecrew.app.settings import Settings
from forgecrew.app.until_stopped import Part
from forgecrew.core.errors import RefusedError
from forgecrew.kernel.admission import Admission
from forgecrew.kernel.command_history import CommandHistory
from forgecrew.kernel.fitted_backend import FittedBackend
from forgecrew.kernel.fitting import Fitting
from forgecrew.kernel.sandbox_watch import SandboxWatch
from forgecrew.kernel.shell_door import ShellDoor
from forgecrew.store.database import Database


def fit_sandboxes(settings: Settings, database: Database) -> FittedBackend:
    """No I/O but a look at the machine's size. Raises ConfigError for a kind or a profile that there is not."""
    fitting = Fitting(ladder_of(settings), Admission(settings.home / "room"), CommandHistory(database))
    return FittedBackend(
        connections.sandboxes(settings), fitting, database, settings.home / "sandboxes", settings.sandbox.disk_free_mib << 20
    )


def door_of(home: Path, worker_id: str) -> Path:
    """The socket at which a worker gives people shells in its sandboxes."""
    return home / "doors" / hashlib.sha256(worker_id.encode()).hexdigest()[:12]


def parts_of_sandboxes(settings: Settings, backend: FittedBackend, worker_id: str) -> dict[str, Part]:
    """What the process `work` does for people who look at its sandboxes."""
    watch, door = watch_sandboxes(settings, backend, worker_id), ShellDoor(backend, door_of(settings.home, worker_id))
    return {"sandboxes": watch.run, "shells": door.run}


def watch_sandboxes(settings: Settings, backend: FittedBackend, worker_id: str) -> SandboxWatch:
    """The part that shows them to people, without the secrets that this process knows."""
    check = outgoing_filter(settings, {}).check

    def finds(text: str) -> bool:
        try:
            check(text)
        except RefusedError:
            return True
        return False

    return SandboxWatch(backend, worker_id, finds)
