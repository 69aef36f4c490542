"""The ways out that a run's sandboxes have, and what was refused there."""

from dataclasses import dataclass, field, replace

from forgecrew.core.action import Observation
from forgecrew.core.egress_decision import EgressDecision, told
from forgecrew.ports.outlet import OpenOutlet, Outlet

TOLD_MAX = 8


@dataclass(slots=True)
class Outlets:
    """One run's outlets by the ids of their sandboxes; `open` makes one, None where no sandbox may have any."""

    open: OpenOutlet | None = None
    held: dict[str, Outlet] = field(default_factory=dict[str, Outlet])
    _told: dict[str, int] = field(default_factory=dict[str, int])

    def refused_lately(self) -> str:
        """Refusals that were not told yet, one line each, a few at most."""
        fresh: list[EgressDecision] = []
        for name, outlet in self.held.items():
            known = self._told.get(name, 0)
            seen = outlet.refused(known)
            self._told[name] = known + len(seen)
            fresh += seen
        lines = told(fresh).splitlines()
        more = [f"refused: {len(lines) - TOLD_MAX} further places"] if len(lines) > TOLD_MAX else []
        return "\n".join([*lines[:TOLD_MAX], *more])

    def with_refusals(self, seen: Observation) -> Observation:
        """What an action gave, with what was refused to it at the end."""
        lines = self.refused_lately()
        return replace(seen, text=f"{seen.text}\n{lines}") if lines else seen

    def places_refused(self) -> list[str]:
        """Hosts and ports that this run was refused, each once."""
        return list(dict.fromkeys(one.place for outlet in self.held.values() for one in outlet.refused() if one.port))

    async def close(self) -> None:
        """Close them: nothing of a run goes on after it."""
        for outlet in self.held.values():
            await outlet.close()
