"""What trigger rules know of the tasks about a subject, and what they may decide."""

from dataclasses import dataclass

from forgecrew.core.new_task import NewTask
from forgecrew.core.task import Task


@dataclass(frozen=True, slots=True)
class Known:
    """A task about the event's subject or whose pull request it is, and the head commit that its own event told (or empty)."""

    task: Task
    head_sha: str = ""


@dataclass(frozen=True, slots=True)
class Create:
    """Make a task."""

    new: NewTask


@dataclass(frozen=True, slots=True)
class Wake:
    """Bring a task back for another run."""

    task_id: int


@dataclass(frozen=True, slots=True)
class Stop:
    """Ask a task to stop, or end it when it does not run."""

    task_id: int
    reason: str


Decision = Create | Wake | Stop
