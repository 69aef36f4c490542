"""How far one command may go, and what goes on beside it."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from forgecrew.integrations.bubblewrap.tree import Tree

Watch = Callable[[Tree], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long a command may take and how much of its output is kept; a service may be endless in both."""

    timeout_seconds: float | None
    output_bytes: int
    endless: bool = False
