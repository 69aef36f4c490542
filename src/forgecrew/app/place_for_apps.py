"""Apps in sandboxes that take turns with the crew's commands, hold a part of the machine, and are shown."""

from forgecrew.app.until_stopped import Part
from forgecrew.hosting.apps import Apps
from forgecrew.hosting.presence import Presence
from forgecrew.hosting.rows import AppRows
from forgecrew.hosting.rules import HostingRules
from forgecrew.kernel.fitted_backend import FittedBackend
from forgecrew.kernel.lease import Lease, new_worker_id
from forgecrew.kernel.sandbox_watch import SandboxWatch
from forgecrew.store.database import Database


def place_for_apps(backend: FittedBackend, database: Database, rules: HostingRules) -> tuple[Apps, dict[str, Part]]:
    """The apps, and what runs for them."""
    board = backend.fitting.board
    apps = Apps(AppRows(database), backend, rules, lambda: any(seen.waiting for seen in board.seen.values()))
    worker_id = new_worker_id("host")
    watch = SandboxWatch(backend, worker_id, lambda _text: False)  # this process knows no secret that could be shown
    present = Presence(Lease(database, worker_id, kind="host"), lambda: apps.any)
    return apps, {"apps": apps.run, "present": present.run, "sandboxes": watch.run}
