"""Sandboxes as the process `work` has them: fitted to their commands, and in turns on a full machine."""

from forgecrew.app.connect_sandbox import sandboxes
from forgecrew.app.profile_ladder import ladder_of
from forgecrew.app.settings import Settings
from forgecrew.kernel.admission import Admission
from forgecrew.kernel.command_history import CommandHistory
from forgecrew.kernel.fitted_backend import FittedBackend
from forgecrew.kernel.fitting import Fitting
from forgecrew.store.database import Database


def fit_sandboxes(
    settings: Settings, database: Database, name: str = "sandboxes", room: Admission | None = None
) -> FittedBackend:  # fmt: skip
    """Those below the folder `name`. No I/O but a look at the machine's size. Raises ConfigError for a kind or a profile that
    there is not."""
    fitting = Fitting(ladder_of(settings), room or Admission(settings.home / "room"), CommandHistory(database))
    folder = settings.home / name
    return FittedBackend(sandboxes(settings, folder), fitting, database, folder, settings.sandbox.disk_free_mib << 20)
