"""What was decided about one wish of a sandbox, and how that is told."""

from collections.abc import Sequence
from dataclasses import dataclass

from forgecrew.core.host_name import shown_host

NOT_LISTED = "not in the allow-list"
INTERNAL = "an internal address"


@dataclass(frozen=True, slots=True)
class EgressDecision:
    """One wish of a sandbox and what became of it; `reason` is empty when it was allowed."""

    sandbox_id: str
    host: str
    port: int
    reason: str = ""

    @property
    def place(self) -> str:
        """`host:port`."""
        return shown_host(self.host, self.port) if self.port else self.host


def told(decisions: Sequence[EgressDecision]) -> str:
    """Refusals in the words that an agent reads, one line each, doubles left out."""
    lines = dict.fromkeys(f"refused: {one.place} ({one.reason}{_advice(one.reason)})" for one in decisions if one.reason)
    return "\n".join(lines)


def _advice(reason: str) -> str:
    return "; ask a person to allow it, or do without" if reason == NOT_LISTED or reason.startswith("port ") else ""
