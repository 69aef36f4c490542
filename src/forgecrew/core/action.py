"""An action that a model asks for, and the observation that comes back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """One fenced block of a model's answer.

    Its first word is the kind (`sh`, `edit`, `write`, `done`), the rest of that line the argument.

    `ignored` counts further blocks of the same answer: they are not done, and the next observation says so.
    """

    kind: str
    argument: str
    body: str
    thought: str = ""
    ignored: int = 0

    @property
    def summary(self) -> str:
        """One line for logs and the status comment."""
        first = next((line for line in self.body.splitlines() if line.strip()), "")
        text = f"{self.kind} {self.argument}".strip() if self.argument else f"{self.kind}: {first.strip()}"
        return text if len(text) <= 160 else text[:157] + "…"


@dataclass(frozen=True, slots=True)
class Observation:
    """What an action gave: text for the model; `changed` when files in the workspace may be different now."""

    text: str
    ok: bool = True
    changed: bool = False
    exit_code: int | None = None
