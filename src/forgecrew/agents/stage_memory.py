"""What a stage carries from step to step, told in as much room as there is."""

from dataclasses import dataclass, field

from forgecrew.core.clamp import clamp

OBSERVATIONS_SHOWN = 3
SHARES = {0: (), 1: (1.0,), 2: (0.7, 0.3), 3: (0.6, 0.25, 0.15)}
"""Parts of the room for observations, newest first, by how many there are."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One step as later prompts tell it."""

    number: int
    summary: str
    body: str
    observation: str
    ok: bool


@dataclass(slots=True)
class StageMemory:
    """What a stage carries from step to step: notes of earlier stages, one line per step, the last observations."""

    notes: str = ""
    steps: list[Seen] = field(default_factory=list[Seen])

    def add(self, seen: Seen) -> None:
        """Remember one step."""
        self.steps.append(seen)

    def last_thoughts(self) -> str:
        """What a stage that ran out of steps leaves behind."""
        return "\n".join(f"{seen.summary}: {seen.observation[:200]}" for seen in self.steps[-OBSERVATIONS_SHOWN:])

    def last(self) -> str:
        """What came last: what memory is asked about beside the task."""
        seen = self.steps[-1] if self.steps else None
        return f"{seen.summary}\n{seen.observation}" if seen else self.notes

    def history(self) -> str:
        """One line per step before the ones that are shown in full."""
        return "\n".join(
            f"{seen.number}. {seen.summary} → {'ok' if seen.ok else 'failed'}" for seen in self.steps[:-OBSERVATIONS_SHOWN]
        )

    def observations(self, characters_max: int) -> str:
        """The last steps with what they showed; the newest gets most of the room."""
        last = self.steps[-OBSERVATIONS_SHOWN:]
        shown: list[str] = []
        for seen, share in zip(reversed(last), SHARES[len(last)], strict=True):
            room = int(characters_max * share)
            # What the model wrote itself it needs less than what came of it.
            action = seen.summary if "\n" not in seen.body else f"{seen.summary} ({len(seen.body.splitlines())} lines)"
            action = clamp(action, room // 6, "head")
            shown.append(f"[step {seen.number}] {action}\n[result]\n{clamp(seen.observation, room - len(action), 'both')}")
        return "\n\n".join(reversed(shown))
