"""The sandboxes below one folder: made, found, listed, removed; by what one kind of them knows to do."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol
from weakref import WeakValueDictionary

from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.sandbox_capabilities import SandboxCapabilities
from forgecrew.core.sandbox_record import Record, homes, load, load_all
from forgecrew.ports.sandbox import Sandbox
from forgecrew.sandboxing.spec_check import is_id


class Kind(Protocol):
    """How sandboxes of one kind come to be. `needs` is the folder without which there is none."""

    needs: str

    async def probe(self) -> SandboxCapabilities:
        """See ports/sandbox_backend.py."""
        ...

    def check(self, spec: SandboxSpec) -> None:
        """Raises ConfigError for what it cannot have."""
        ...

    async def make(self, spec: SandboxSpec) -> Sandbox:
        """A new one, with its record."""
        ...

    async def found(self, record: Record) -> Sandbox:
        """One that was made before."""
        ...

    async def stray(self, id: str) -> Sandbox:
        """What is left of one, to be destroyed."""
        ...

    async def clear(self, keep: Sequence[str] | None) -> None:
        """Clear away what belongs to none, what is in none of `keep` (None keeps all), and what dead controllers left."""
        ...


class Shelf:
    """See ports/sandbox_backend.py: `<folder>/<id>/spec.json` survives restarts, processes do not."""

    def __init__(self, folder: Path, kind: Kind) -> None:
        self._folder, self._kind = folder, kind
        self._known: dict[str, Sandbox] = {}
        self._making: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def probe(self) -> SandboxCapabilities:
        """What is enforced here, after really running one. Raises SandboxUnavailable with the way to mend it."""
        return await self._kind.probe()

    async def create(self, spec: SandboxSpec) -> Sandbox:
        """Make it, or give the one that is already there. Raises ConfigError for what it cannot have."""
        self._kind.check(spec)
        async with self._making.setdefault(spec.id, asyncio.Lock()):  # two that ask at once get the same
            if (there := await self.attach(spec.id)) is not None:
                return there
            made = self._known[spec.id] = await self._kind.make(spec)
            return made

    async def attach(self, id: str) -> Sandbox | None:
        """The sandbox of that id, if it is still here."""
        record = load(self._folder / id, needs=self._kind.needs) if is_id(id) else None
        if record is None:
            if id in self._known and not (self._folder / id).exists():
                await self._known.pop(id).destroy()  # whoever removed its folder left its processes and its disk
            return None
        if id not in self._known:
            there = await self._kind.found(record)
            self._known.setdefault(id, there)
        return self._known[id]

    async def list(self) -> Sequence[SandboxSpec]:
        """What is here."""
        return [record.spec for record in load_all(self._folder, needs=self._kind.needs)]

    async def reap(self, keep: Sequence[str] | None) -> Sequence[str]:
        """Kill and remove what is not in keep, None keeps all; clear away what dead controllers left. Gives the ids removed."""
        removed = [home.name for home in homes(self._folder) if keep is not None and home.name not in keep]
        for name in {*removed, *(self._known.keys() - set(keep) if keep is not None else ())}:
            await (self._known.pop(name, None) or await self._kind.stray(name)).destroy()
        await self._kind.clear(keep)
        return removed
