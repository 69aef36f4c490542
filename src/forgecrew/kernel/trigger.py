"""The trigger: which tasks an event makes, wakes or stops; a pure function of the event, the crew and what is known."""

from collections.abc import Sequence

from forgecrew.core.event import Event
from forgecrew.core.role import Role
from forgecrew.kernel.decisions import Decision, Known
from forgecrew.kernel.trigger_rules import RULES, mentioned


def decide(event: Event, crew: Sequence[Role], known: Sequence[Known]) -> list[Decision]:
    """What is to be done about an event, nothing when it is of no concern. `known` holds the newest tasks first."""
    rule = RULES.get(event.kind)
    decisions = list(rule(event, crew, known)) if rule else []
    return decisions + list(mentioned(event, crew, known, decisions))
