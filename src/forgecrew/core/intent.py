"""A write that is proposed: typed, keyed, hashed; only the effects process turns it into an effect."""

from dataclasses import dataclass, field
from enum import StrEnum

from forgecrew.core.json import Json, digest
from forgecrew.core.label import Label
from forgecrew.core.subject import Subject


class ActionClass(StrEnum):
    """How far an action reaches.

    A0 reads, A1 answers in its thread, A2 drafts on its own branch, A3 reaches further, A4 is dangerous.
    """

    A0 = "A0"
    A1 = "A1"
    A2 = "A2"
    A3 = "A3"
    A4 = "A4"
    A5 = "A5"


@dataclass(frozen=True, slots=True)
class Intent:
    """One proposed write.

    `kind` names a file in kernel/effects. `agent` is the account that will have written. `key` makes it unique: proposing
    the same key again returns the first intent. `run_id` is empty for acknowledgements that come before a run.
    """

    kind: str
    agent: str
    subject: Subject
    key: str
    arguments: Json
    action_class: ActionClass = ActionClass.A1
    label: Label = field(default_factory=Label)
    run_id: str = ""
    task_id: int = 0
    rationale: str = ""

    @property
    def hash(self) -> str:
        """What an approval binds to."""
        return digest([self.kind, self.agent, self.subject.key, self.arguments])
