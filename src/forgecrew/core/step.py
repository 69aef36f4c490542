"""A step: one model call and what it did, as people see it live."""

import re
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a run; `number` counts from 1 within the run. Texts are clamped, full ones are in the journal."""

    run_id: str
    number: int
    stage: str
    kind: str
    action: str
    observation: str
    thought: str = ""
    prompt_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    at: datetime | None = None

    @property
    def said(self) -> str:
        """What the model said it does: the first sentence of its thought on one line, empty when it said nothing."""
        return " ".join(re.split(r"(?<=[.!?])\s", self.thought.strip(), maxsplit=1)[0].split())
