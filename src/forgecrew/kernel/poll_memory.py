"""What polling with one account knows before it looks."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from forgecrew.core.event import Event
from forgecrew.core.subject import Subject
from forgecrew.core.task import Task


@dataclass(slots=True)
class Memory:
    """What is known before a look: events already told per subject, tasks to watch, how far the last look reached."""

    since: datetime
    watched: Sequence[Task]
    told: dict[Subject, Sequence[Event]]
    numbers: dict[str, int] = field(default_factory=dict[str, int])
    """Highest issue number seen, by repository; what is above is new."""

    def numbers_text(self) -> str:
        """The numbers as they are kept."""
        return json.dumps(self.numbers, sort_keys=True)
