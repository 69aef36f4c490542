"""Making what every desk of the process `work` is given, as settings and secrets tell."""

from forgecrew.app import connections, discover
from forgecrew.app.equipment import Equipment
from forgecrew.app.read_secrets import ReadSecrets
from forgecrew.app.settings import Settings
from forgecrew.kernel.clock import SystemClock
from forgecrew.kernel.outbox import StoredOutbox
from forgecrew.kernel.step_log import StoredStepLog
from forgecrew.store.database import Database


def equip(settings: Settings, secrets: ReadSecrets, database: Database) -> Equipment:
    """No I/O yet. Raises ConfigError for adapters that are not there."""
    tools = [module.tool() for module in discover.tools().working.values()]
    return Equipment(
        outbox=StoredOutbox(database, SystemClock()), step_log=StoredStepLog(database),
        code=connections.code_host(settings, list(secrets.tokens.items())), sandboxes=connections.sandboxes(settings),
        tools={one.kind: one for one in tools},
    )  # fmt: skip
