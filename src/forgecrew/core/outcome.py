"""How a run ends, and what its procedure gives back."""

from dataclasses import dataclass, field
from enum import StrEnum

from forgecrew.core.json import Json


class Outcome(StrEnum):
    """How a run ended: a closed set."""

    CHANGED = "changed"
    ANSWERED = "answered"
    ASKED = "asked"
    NOT_READY = "not_ready"
    ALREADY_DONE = "already_done"
    BLOCKED = "blocked"
    DECLINED = "declined"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a procedure gives back. `waits` keeps the task open for an event about it (a review, an answer)."""

    outcome: Outcome
    reason: str = ""
    waits: bool = False
    state_json: Json = field(default_factory=dict[str, object])
    pull_number: int = 0
