"""How sandboxes by bubblewrap come to be, with the strongest means of this machine."""

import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import Path

from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.sandbox_capabilities import SandboxCapabilities
from forgecrew.core.sandbox_record import Record, load_all
from forgecrew.integrations.bubblewrap.footing import Footing
from forgecrew.integrations.bubblewrap.leftovers import clear
from forgecrew.integrations.bubblewrap.limits import capabilities
from forgecrew.integrations.bubblewrap.probe import strongest
from forgecrew.sandboxing.box import Box
from forgecrew.sandboxing.spec_check import check_spec


class Bubblewrap:
    """See sandboxing/shelf.py. `scope` begins the labels of its control groups."""

    needs = "workspace"

    def __init__(self, folder: Path, *, cgroups: bool, own_uid: bool) -> None:
        self._folder = folder
        self._switches = (cgroups, own_uid)
        self.scope = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
        self._footing: Footing | None = None
        self._probing = asyncio.Lock()
        self._making: set[int] = set()

    async def probe(self) -> SandboxCapabilities:
        """Look anew."""
        return capabilities((await self._stands(anew=True)).machine)

    def check(self, spec: SandboxSpec) -> None:
        """Mounts are folders of this machine."""
        check_spec(spec, self._folder)

    async def make(self, spec: SandboxSpec) -> Box:
        """With a user id that no other sandbox has."""
        footing = await self._stands()
        taken = {record.uid for record in load_all(self._folder) if record.uid is not None}
        ground = footing.fresh(spec, self._folder / spec.id, taken | self._making)
        making = {ground.uid} if ground.uid is not None else set[int]()
        self._making |= making
        try:
            await ground.make()
        finally:
            self._making -= making
        return Box(ground)

    async def found(self, record: Record) -> Box:
        """As it was made."""
        return Box(await (await self._stands()).found(record, self._folder / record.spec.id))

    async def stray(self, id: str) -> Box:
        """A folder, perhaps with a disk."""
        return Box((await self._stands()).stray(id, self._folder / id))

    async def clear(self, keep: Sequence[str] | None) -> None:
        """Groups and processes, too; with nothing to keep also the launchers that wait."""
        footing = await self._stands()
        await clear(self._folder, self.scope, footing.machine, keep)
        if keep is not None and not keep:
            await footing.leave()

    async def _stands(self, *, anew: bool = False) -> Footing:
        async with self._probing:
            if self._footing is None or anew:
                machine = await strongest(self._folder, *self._switches)
                if self._footing is None or self._footing.machine != machine:
                    self._footing = Footing(machine, self.scope)
            return self._footing
