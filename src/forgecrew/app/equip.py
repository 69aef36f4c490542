"""Making what every desk of the process `work` is given, as settings and secrets tell."""

from forgecrew.app import connections, discover
from forgecrew.app.egress_policies import EgressPolicies
from forgecrew.app.equipment import Equipment
from forgecrew.app.fit_sandboxes import fit_sandboxes
from forgecrew.app.read_secrets import ReadSecrets
from forgecrew.app.settings import Settings
from forgecrew.app.ways_out import WaysOut
from forgecrew.kernel.clock import SystemClock
from forgecrew.kernel.outbox import StoredOutbox
from forgecrew.kernel.step_log import StoredStepLog
from forgecrew.store.database import Database


def equip(settings: Settings, secrets: ReadSecrets, database: Database) -> Equipment:
    """No I/O yet. Raises ConfigError for adapters that are not there."""
    tools = [module.tool() for module in discover.tools().working.values()]
    return Equipment(
        outbox=StoredOutbox(database, SystemClock()), step_log=StoredStepLog(database),
        code=connections.code_host(settings, list(secrets.tokens.items())), sandboxes=fit_sandboxes(settings, database),
        tools={one.kind: one for one in tools},
        ways_out=WaysOut(connections.egress(settings), EgressPolicies(settings, secrets.egress), database),
    )  # fmt: skip
