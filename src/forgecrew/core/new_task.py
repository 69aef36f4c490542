"""A task that is to be made."""

from dataclasses import dataclass, field

from forgecrew.core.label import Label
from forgecrew.core.subject import Subject
from forgecrew.core.task import Priority


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task that is to be made."""

    role: str
    agent: str
    subject: Subject
    asked_by: str
    title: str = ""
    priority: Priority = Priority.HUMAN
    label: Label = field(default_factory=Label)
