"""How sandboxes in containers come to be, by the engine that the settings name."""

import asyncio
import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.sandbox_capabilities import SandboxCapabilities
from forgecrew.core.sandbox_record import Record, load_all
from forgecrew.integrations.podman.engine import Engine, Wanted
from forgecrew.integrations.podman.ground import Ground
from forgecrew.integrations.podman.grounds import ground_of
from forgecrew.integrations.podman.leftovers import clear
from forgecrew.integrations.podman.probe import capabilities, ready_engine
from forgecrew.integrations.podman.user_ids import first_id
from forgecrew.sandboxing.box import Box
from forgecrew.sandboxing.spec_check import check_spec


class Containers:
    """See sandboxing/shelf.py. `images` by their sets; that of "" is for all others."""

    needs = "workspace"

    def __init__(self, folder: Path, wanted: Wanted, images: dict[str, str]) -> None:
        self._folder, self._wanted, self._images = folder, wanted, images
        self._scope = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
        self._engine: Engine | None = None
        self._probing = asyncio.Lock()
        self._making: set[int | None] = set()

    async def probe(self) -> SandboxCapabilities:
        """Look for the engine anew and run a container."""
        self._engine = None
        engine = await self._ready()
        trial = Path(tempfile.mkdtemp(prefix=".probe-", dir=self._folder))
        ground = self._ground(Record(SandboxSpec("probe"), self._first_id("probe", engine)), trial, engine)
        try:
            return await capabilities(ground, self._wanted.runtime)
        finally:
            await ground.remove()

    def check(self, spec: SandboxSpec) -> None:
        """Mounts are folders of this machine; the engine's words for them know no colon."""
        check_spec(spec, self._folder, colons=False)

    async def make(self, spec: SandboxSpec) -> Box:
        """With user ids that no other sandbox has, where the engine can give them."""
        engine = await self._ready()
        first = self._first_id(spec.id, engine)
        self._making.add(first)
        try:
            ground = self._ground(Record(spec, first), self._folder / spec.id, engine)
            await asyncio.to_thread(ground.make)
        finally:
            self._making.discard(first)
        return Box(ground)

    async def found(self, record: Record) -> Box:
        """As it was made."""
        return Box(self._ground(record, self._folder / record.spec.id, await self._ready()))

    async def stray(self, id: str) -> Box:
        """A folder."""
        return await self.found(Record(SandboxSpec(id)))

    async def clear(self, keep: Sequence[str] | None) -> None:
        """Containers, and what they were given."""
        await clear(self._scope, await self._ready(), keep)

    def _ground(self, record: Record, home: Path, engine: Engine) -> Ground:
        image = self._images.get(record.spec.image, self._images[""])
        return ground_of(record, home, engine, self._scope, image, self._wanted.runtime)

    def _first_id(self, id: str, engine: Engine) -> int | None:
        if not engine.maps_users:
            return None
        return first_id(f"{self._scope}/{id}", {record.uid for record in load_all(self._folder)} | self._making)

    async def _ready(self) -> Engine:
        async with self._probing:
            if self._engine is None:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._engine = await ready_engine(self._wanted, list(self._images.values()))
            return self._engine
