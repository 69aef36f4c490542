"""Where apps run: in sandboxes that take turns with the crew's commands, hold a part of the machine, and are shown."""

from forgecrew.app.fit_sandboxes import fit_sandboxes
from forgecrew.app.settings import Settings
from forgecrew.app.until_stopped import Part
from forgecrew.hosting.apps import Apps
from forgecrew.hosting.presence import Presence
from forgecrew.hosting.rows import AppRows
from forgecrew.hosting.rules import HostingRules
from forgecrew.kernel.admission import Admission
from forgecrew.kernel.lease import Lease, new_worker_id
from forgecrew.kernel.sandbox_watch import SandboxWatch
from forgecrew.store.database import Database

WAIT_SECONDS = 60.0
"""After so long an app is told that the machine is full: people wait for it."""


def place_for_apps(settings: Settings, database: Database, rules: HostingRules) -> tuple[Apps, dict[str, Part]]:
    """The apps, and what runs for them. Raises ConfigError for a kind of sandbox that there is not."""
    room = Admission(settings.home / "room", wait_seconds=WAIT_SECONDS, kind="app", share=settings.apps.memory_share)
    backend = fit_sandboxes(settings, database, "apps", room)
    board = backend.fitting.board
    apps = Apps(AppRows(database), backend, rules, lambda: any(seen.waiting for seen in board.seen.values()))
    worker_id = new_worker_id("host")
    watch = SandboxWatch(backend, worker_id, lambda _text: False)  # this process knows no secret that could be shown
    present = Presence(Lease(database, worker_id, kind="host"), lambda: apps.any)
    return apps, {"apps": apps.run, "present": present.run, "sandboxes": watch.run}
