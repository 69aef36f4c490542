"""Making what every desk of the process `work` is given, as settings and secrets tell."""

from forgecrew.app import discover
from forgecrew.app.connect_code import code_host
from forgecrew.app.connect_web import browsers, egress
from forgecrew.app.egress_policies import EgressPolicies
from forgecrew.app.equipment import Equipment
from forgecrew.app.fit_sandboxes import fit_sandboxes
from forgecrew.app.read_secrets import ReadSecrets
from forgecrew.app.settings import Settings
from forgecrew.app.ways_out import WaysOut
from forgecrew.core.profiles import BROWSER
from forgecrew.kernel.clock import SystemClock
from forgecrew.kernel.file_versions import StoredFileVersions
from forgecrew.kernel.outbox import StoredOutbox
from forgecrew.kernel.step_log import StoredStepLog
from forgecrew.memory.recall.for_run import Given
from forgecrew.ports.browser import BrowserSetup
from forgecrew.store.database import Database


def equip(settings: Settings, secrets: ReadSecrets, database: Database, memory: Given | None = None) -> Equipment:
    """No I/O yet. Raises ConfigError for adapters that are not there."""
    ways_out = WaysOut(egress(settings), EgressPolicies(settings, secrets.egress), database)
    outbox, boxes = StoredOutbox(database, SystemClock()), fit_sandboxes(settings, database)
    given = {
        "browsers": browsers(BrowserSetup(boxes, ways_out.beside, BROWSER)),
        "keep_bytes": outbox.keep_bytes,
    }
    found = [module for module in discover.tools().working.values() if not hasattr(module, "NEEDS_OF_RUN")]
    tools = [module.tool(**{name: given[name] for name in getattr(module, "NEEDS", ())}) for module in found]
    return Equipment(
        outbox=outbox, step_log=StoredStepLog(database),
        versions=StoredFileVersions(database),
        code=code_host(settings.home, list(secrets.tokens.items())), sandboxes=boxes,
        tools={one.kind: one for one in tools},
        ways_out=ways_out, memory=memory,
    )  # fmt: skip
