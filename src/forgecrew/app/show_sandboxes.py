"""What the process `work` does for people who look at its sandboxes: shows them, and gives shells in them."""

import hashlib
from pathlib import Path

from forgecrew.app.outgoing import outgoing_filter
from forgecrew.app.settings import Settings
from forgecrew.app.until_stopped import Part
from forgecrew.kernel.fitted_backend import FittedBackend
from forgecrew.kernel.sandbox_watch import SandboxWatch
from forgecrew.kernel.shell_door import ShellDoor


def show_sandboxes(settings: Settings, backend: FittedBackend, worker_id: str) -> dict[str, Part]:
    """Parts by their names; the secrets that this process knows are not shown."""
    finds = outgoing_filter(settings, {}).gives_away
    watch, door = SandboxWatch(backend, worker_id, finds), ShellDoor(backend, door_of(settings.home, worker_id))
    return {"sandboxes": watch.run, "shells": door.run}


def door_of(home: Path, worker_id: str) -> Path:
    """The socket at which a worker gives people shells in its sandboxes."""
    return home / "doors" / hashlib.sha256(worker_id.encode()).hexdigest()[:12]
