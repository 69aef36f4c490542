"""What fitted sandboxes of one process share."""

from dataclasses import dataclass, field

from forgecrew.core.profiles import Ladder
from forgecrew.kernel.admission import Admission
from forgecrew.kernel.command_history import CommandHistory
from forgecrew.kernel.sandbox_board import SandboxBoard


@dataclass(frozen=True, slots=True)
class Fitting:
    """The steps that commands may climb, room on the machine, what commands used before, and what people see of them."""

    ladder: Ladder
    admission: Admission
    history: CommandHistory
    board: SandboxBoard = field(default_factory=SandboxBoard)
