"""What every desk of the process `work` is given."""

from collections.abc import Mapping
from dataclasses import dataclass

from forgecrew.app.ways_out import WaysOut
from forgecrew.kernel.fitted_backend import FittedBackend
from forgecrew.memory.recall.for_run import Given
from forgecrew.ports.code_host import CodeHost
from forgecrew.ports.file_versions import FileVersions
from forgecrew.ports.outbox import Outbox
from forgecrew.ports.step_log import StepLog
from forgecrew.ports.tool import Tool


@dataclass(frozen=True, slots=True)
class Equipment:
    """One for all desks; `tools` are found by the first word of their block."""

    outbox: Outbox
    step_log: StepLog
    versions: FileVersions
    code: CodeHost
    sandboxes: FittedBackend
    tools: Mapping[str, Tool]
    ways_out: WaysOut
    memory: Given | None = None
