"""A task: the durable intention about one subject, for one role."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from forgecrew.core.json import Json
from forgecrew.core.label import Label
from forgecrew.core.outcome import Outcome
from forgecrew.core.subject import Subject


class TaskState(StrEnum):
    """queued → running → (waiting → queued →)* ended."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    ENDED = "ended"


class Priority(IntEnum):
    """Lower runs first: what a person asked for comes before what a schedule asked for."""

    HUMAN = 10
    AGENT = 20
    SCHEDULE = 30


@dataclass(frozen=True, slots=True)
class Task:
    """One task. `state_json` is what its role remembers from run to run (branch, pull request, notes …)."""

    id: int
    role: str
    agent: str
    subject: Subject
    state: TaskState
    priority: Priority
    asked_by: str
    title: str = ""
    label: Label = field(default_factory=Label)
    pull_number: int = 0
    outcome: Outcome | None = None
    reason: str = ""
    stop_asked: bool = False
    attempts: int = 0
    state_json: Json = field(default_factory=dict[str, object])
    created_at: datetime | None = None
    updated_at: datetime | None = None
