"""A run: one attempt at a task."""

from dataclasses import dataclass
from datetime import datetime

from forgecrew.core.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Run:
    """One run; `id` is also the id of its workflow in the journal. `plan` pairs stage and state, as ports/step_log tells."""

    id: str
    task_id: int
    number: int
    worker_id: str
    stage: str = ""
    plan: tuple[tuple[str, str], ...] = ()
    outcome: Outcome | None = None
    reason: str = ""
    steps: int = 0
    prompt_tokens: int = 0
    output_tokens: int = 0
    prompt_tokens_max: int = 0
    takeovers: int = 0
    diff: str = ""
    started_at: datetime | None = None
    progress_at: datetime | None = None
    ended_at: datetime | None = None
