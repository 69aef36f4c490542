"""Noticing that an agent goes round in circles: a word of warning first, then the end of the run."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from forgecrew.core.action import Action, Observation
from forgecrew.core.errors import LimitReached
from forgecrew.core.json import digest

SAME_ACTIONS = 3
SAME_OBSERVATIONS = 4
ALTERNATIONS = 4
NUDGES_MAX = 1
UNREADABLE_MAX = 8
"""A model that so many times in a row gives no block does not manage the form: more of it would only cost time."""
_TIMING = re.compile(r"\d+(?:\.\d+)?\s?m?s\b")


def circle(turns: Sequence[tuple[str, str]]) -> str:
    """What repeats at the end of the (action, observation) digests, in words for the model; empty when nothing does."""
    actions = [action for action, _ in turns]
    observations = [observation for _, observation in turns]
    if len(turns) >= SAME_ACTIONS and len(set(actions[-SAME_ACTIONS:])) == 1:
        return f"you did the same action {SAME_ACTIONS} times"
    if len(turns) >= SAME_OBSERVATIONS and len(set(observations[-SAME_OBSERVATIONS:])) == 1:
        return f"the last {SAME_OBSERVATIONS} actions all had the same outcome"
    last = actions[-ALTERNATIONS:]
    if len(last) == ALTERNATIONS and last[0] == last[2] and last[1] == last[3] and last[0] != last[1]:
        return "you go back and forth between two actions"
    return ""


@dataclass(slots=True)
class StuckWatch:
    """Sees every turn of one stage; a pure function of them, so that a replayed run is judged alike."""

    turns: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    nudges: int = 0
    unreadable: int = 0

    def see_unreadable(self) -> None:
        """An answer without a proper block; set `unreadable` to 0 at the next one with. Raises LimitReached."""
        self.unreadable += 1
        if self.unreadable >= UNREADABLE_MAX:
            raise LimitReached(f"the model gave {self.unreadable} answers in a row that nothing could be done with") from None

    def see(self, action: Action, observation: Observation) -> str:
        """A nudge for the next prompt, or empty. Raises LimitReached when the agent goes in circles after a nudge."""
        shown = _TIMING.sub("", observation.text)
        self.turns.append((digest([action.kind, action.argument, action.body.strip()]), digest(shown)))
        if not (repeated := circle(self.turns)):
            return ""
        if self.nudges >= NUDGES_MAX:
            raise LimitReached(f"stuck: {repeated}, also after a warning")
        self.nudges += 1
        self.turns.clear()
        return (
            f"Stop: {repeated}. Doing it again will not help. Read the last observation once more, "
            "try a different way, or end with a done block that says what is in the way."
        )
