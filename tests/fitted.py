"""Bubblewrap's sandboxes as the process `work` has them, for tests: fitted to their commands, with a database of their own."""

from pathlib import Path

from forgecrew.core.profiles import Ladder
from forgecrew.core.sandbox import Profile
from forgecrew.integrations.bubblewrap.sandbox import backend as bubblewrap
from forgecrew.kernel.admission import Admission
from forgecrew.kernel.command_history import CommandHistory
from forgecrew.kernel.fitted_backend import FittedBackend
from forgecrew.kernel.fitting import Fitting
from forgecrew.store.database import Database
from tests.databases import sqlite_with_tables

_opened: list[Database] = []


async def close_databases() -> None:
    """Of all that were made since."""
    while _opened:
        await _opened.pop().close()


def fitted(folder: Path, *steps: Profile) -> FittedBackend:
    """Sandboxes in `folder`; the database lies beside it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    database = Database(sqlite_with_tables(folder.with_name(f"{folder.name}.sqlite")))
    _opened.append(database)
    fitting = Fitting(Ladder.of(steps), Admission(folder.with_name(f"{folder.name}-room")), CommandHistory(database))
    return FittedBackend(bubblewrap(folder), fitting, database, folder)
