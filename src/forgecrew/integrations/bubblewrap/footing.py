"""A machine with the launchers that wait on it: where sandboxes stand."""

from pathlib import Path

from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.sandbox_record import Record
from forgecrew.integrations.bubblewrap.ground import Ground
from forgecrew.integrations.bubblewrap.machine import Machine
from forgecrew.integrations.bubblewrap.spares import Spares


class Footing:
    """`keep`: whether launchers wait for the next command."""

    def __init__(self, machine: Machine, scope: str, *, keep: bool = True) -> None:
        self.machine, self._scope = machine, scope
        self._spares = Spares(machine, scope, keep=keep)

    def fresh(self, spec: SandboxSpec, home: Path, taken: set[int]) -> Ground:
        """A new one, to be made, with a user id that is not taken."""
        return Ground(spec, home, self.machine.uid(f"{self._scope}/{spec.id}", taken), self.machine, self._spares)

    async def found(self, record: Record, home: Path) -> Ground:
        """One that was made before: its disk is mounted; where that cannot be, it is sealed."""
        ground = Ground(record.spec, home, record.uid, self.machine if record.disk else self.machine.plain(), self._spares)
        ground.sealed = record.disk and self.machine.disks is None
        if record.disk and self.machine.disks is not None:
            await self.machine.disks.open(ground.workspace, record.spec.profile)
        return ground

    def stray(self, id: str, home: Path) -> Ground:
        """What is left of one."""
        return Ground(SandboxSpec(id), home, None, self.machine, self._spares)

    async def leave(self) -> None:
        """End what waits."""
        self._spares.drop()
        await self._spares.settle()
