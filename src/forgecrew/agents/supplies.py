"""What the desk of a run is supplied with: the ports to everything outside the agent's own head."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from forgecrew.agents.house import House
from forgecrew.agents.outlets import Outlets
from forgecrew.ports.chat_model import ChatModel
from forgecrew.ports.code_host import CodeHost
from forgecrew.ports.earlier_threads import EarlierThreads
from forgecrew.ports.file_versions import FileVersions
from forgecrew.ports.forge import Forge
from forgecrew.ports.journal import Journal
from forgecrew.ports.outbox import Outbox
from forgecrew.ports.recall import RunRecall
from forgecrew.ports.sandbox_backend import SandboxBackend
from forgecrew.ports.step_log import StepLog
from forgecrew.ports.tool import Tool


@dataclass(slots=True, kw_only=True)
class Supplies:
    """Forge and code are read as the run's own account; `versions`, `recall` and `earlier` are not there everywhere.

    `outlets` are the ways out of the run's sandboxes.
    """

    journal: Journal
    model: ChatModel
    forge: Forge
    code: CodeHost
    sandboxes: SandboxBackend
    outbox: Outbox
    step_log: StepLog
    tools: Mapping[str, Tool]
    house: House
    versions: FileVersions | None = None
    recall: RunRecall | None = None
    earlier: EarlierThreads | None = None
    outlets: Outlets = field(default_factory=Outlets)
