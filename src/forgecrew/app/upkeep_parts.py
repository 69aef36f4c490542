"""The parts of the process `work` that look after models and sandboxes, and show what runs leave to people."""

from collections.abc import Collection

from forgecrew.app.connect_code import version_store
from forgecrew.app.keep_profiles import ProfileKeeper
from forgecrew.app.kept_connections import KeptConnections
from forgecrew.app.settings import Settings
from forgecrew.app.show_sandboxes import show_sandboxes
from forgecrew.app.until_stopped import Part
from forgecrew.kernel.fitted_backend import FittedBackend
from forgecrew.kernel.pruning import Pruning
from forgecrew.kernel.restorer import Restorer
from forgecrew.kernel.sweeper import Sweeper
from forgecrew.store.database import Database


def upkeep_parts(
    settings: Settings, database: Database, kept: KeptConnections, roles: Collection[str], sandboxes: FittedBackend,
    worker_id: str,
) -> dict[str, Part]:  # fmt: skip
    """By their names."""
    pruning = Pruning(database, settings.work.versions_days, settings.work.versions_per_file)
    parts: dict[str, Part] = {
        "profiles": ProfileKeeper(database, kept.model, roles).run,
        "sweeper": Sweeper(database, sandboxes, pruning).run,
        "restores": Restorer(database, sandboxes, version_store(settings.home)).run,
    }
    return parts | show_sandboxes(settings, sandboxes, worker_id)
