"""Making what every desk of the process `work` is given, as settings and secrets tell."""

from forgecrew.app.connect_code import code_host
from forgecrew.app.connect_web import egress
from forgecrew.app.egress_policies import EgressPolicies
from forgecrew.app.equipment import Equipment
from forgecrew.app.fit_sandboxes import fit_sandboxes
from forgecrew.app.make_tools import make_tools
from forgecrew.app.read_secrets import ReadSecrets
from forgecrew.app.settings import Settings
from forgecrew.app.ways_out import WaysOut
from forgecrew.kernel.file_versions import StoredFileVersions
from forgecrew.kernel.outbox import StoredOutbox
from forgecrew.kernel.step_log import StoredStepLog
from forgecrew.store.database import Database


def equip(settings: Settings, secrets: ReadSecrets, database: Database) -> Equipment:
    """All but the memory; no I/O yet. Raises ConfigError for adapters that are not there."""
    ways_out = WaysOut(egress(settings), EgressPolicies(settings, secrets.egress), database)
    outbox, boxes = StoredOutbox(database), fit_sandboxes(settings, database)
    return Equipment(
        outbox=outbox, step_log=StoredStepLog(database),
        versions=StoredFileVersions(database),
        code=code_host(settings.home, list(secrets.tokens.items())), sandboxes=boxes,
        tools=make_tools(boxes, ways_out, outbox),
        ways_out=ways_out,
    )  # fmt: skip
