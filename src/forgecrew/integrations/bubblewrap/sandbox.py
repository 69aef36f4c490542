"""The sandbox port by bubblewrap: makes, finds and removes sandboxes below one folder."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.sandbox_capabilities import SandboxCapabilities
from forgecrew.core.sandbox_record import Record, homes, load, load_all
from forgecrew.integrations.bubblewrap.ground import Ground
from forgecrew.integrations.bubblewrap.group_label import SPARE, name_of
from forgecrew.integrations.bubblewrap.leftovers import clear
from forgecrew.integrations.bubblewrap.limits import capabilities
from forgecrew.integrations.bubblewrap.machine import Machine
from forgecrew.integrations.bubblewrap.probe import strongest
from forgecrew.integrations.bubblewrap.spares import Spares
from forgecrew.sandboxing.box import Box
from forgecrew.sandboxing.spec_check import check_spec, is_id


def backend(folder: Path, *, cgroups: bool = True, own_uid: bool = True) -> "Backend":
    """Sandboxes below `folder`; the switches turn means off that the machine would have."""
    return Backend(folder, cgroups=cgroups, own_uid=own_uid)


class Backend:
    """A folder of sandboxes: `<id>/spec.json` and `<id>/workspace` survive restarts, processes do not."""

    def __init__(self, folder: Path, *, cgroups: bool, own_uid: bool) -> None:
        self._folder = folder.resolve()
        self._switches = (cgroups, own_uid)
        self._scope = hashlib.sha256(str(self._folder).encode()).hexdigest()[:16]
        self._machine: Machine | None = None
        self._spares: Spares | None = None
        self._probing = asyncio.Lock()
        self._boxes: dict[str, Box] = {}

    async def probe(self) -> SandboxCapabilities:
        """What is enforced here, after really running a sandbox. Raises SandboxUnavailable with the way to mend it."""
        self._machine = None
        return capabilities(await self._means())

    async def create(self, spec: SandboxSpec) -> Box:
        """Make it, or give the one that is already there. Raises ConfigError for an id or a mount that cannot be used."""
        check_spec(spec, self._folder)
        if (found := await self.attach(spec.id)) is not None:
            return found
        machine = await self._means()
        taken = {record.uid for record in load_all(self._folder) if record.uid is not None}
        taken |= {box.uid for box in self._boxes.values() if box.uid is not None}
        ground = self._ground(spec, machine.uid(f"{self._scope}/{spec.id}", taken), machine)
        box = self._boxes[spec.id] = Box(ground)
        await ground.make()
        return box

    async def attach(self, id: str) -> Box | None:
        """The sandbox of that id, if its workspace is still here."""
        record = load(self._folder / id) if is_id(id) else None
        if record is None:
            if id in self._boxes and not (self._folder / id).exists():
                await self._boxes.pop(id).destroy()  # whoever removed its folder left its processes and its disk
            return None
        return self._boxes.get(id) or await self._found(record)

    async def list(self) -> Sequence[SandboxSpec]:
        """What is here."""
        return [record.spec for record in load_all(self._folder)]

    async def reap(self, keep: Sequence[str] | None) -> Sequence[str]:
        """Kill and remove what is not in keep, None keeps all; clear away what dead controllers left. Gives the ids removed."""
        machine = await self._means()
        removed = [home.name for home in homes(self._folder) if keep is not None and home.name not in keep]
        for name in {*removed, *(self._boxes.keys() - set(keep) if keep is not None else ())}:
            box = self._boxes.pop(name, None) or Box(self._ground(SandboxSpec(name), None, machine))
            await box.destroy()
        if machine.hierarchy is not None and keep is not None:
            for label, group in machine.hierarchy.groups(self._scope).items():
                if name_of(label) not in (*keep, SPARE):
                    await group.empty()
        await clear(self._folder, self._scope, machine)
        if keep is not None and not keep and self._spares is not None:
            self._spares.drop()
            await self._spares.settle()
        return removed

    def _ground(self, spec: SandboxSpec, uid: int | None, machine: Machine) -> Ground:
        self._spares = self._spares or Spares(machine, self._scope)
        return Ground(spec, self._folder / spec.id, uid, machine, self._spares)

    async def _found(self, record: Record) -> Box:
        machine = await self._means()
        if record.disk and machine.disks is not None:
            await machine.disks.open(self._folder / record.spec.id / "workspace", record.spec.profile)
        ground = self._ground(record.spec, record.uid, machine if record.disk else replace(machine, disks=None))
        ground.sealed = record.disk and machine.disks is None
        return self._boxes.setdefault(record.spec.id, Box(ground))

    async def _means(self) -> Machine:
        async with self._probing:
            if self._machine is None:
                self._machine = await strongest(self._folder, *self._switches)
            return self._machine
