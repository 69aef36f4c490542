"""The sandbox port by an OCI engine: makes, finds and removes sandboxes below one folder."""

import asyncio
import hashlib
import shutil
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from forgecrew.core.errors import ConfigError
from forgecrew.core.removal import remove_folder
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.sandbox_capabilities import SandboxCapabilities
from forgecrew.core.sandbox_record import homes, load, load_all
from forgecrew.integrations.podman.arguments import Plan
from forgecrew.integrations.podman.engine import Engine, Wanted, check_answer
from forgecrew.integrations.podman.ground import Ground
from forgecrew.integrations.podman.names import is_orphan, sandbox_of
from forgecrew.integrations.podman.probe import capabilities, ready_engine
from forgecrew.sandboxing.box import Box
from forgecrew.sandboxing.spec_check import check_spec, is_id

OPTIONS = ("engine", "socket", "runtime", "image", "images")
_FIRST_ID, _ID_STEP, _ID_SLOTS = 0x1000_0000, 2048, 1 << 17


def backend(
    folder: Path, *, engine: str = "podman", runtime: str = "", image: str = "", socket: str = "", images: Sequence[str] = ()
) -> "Backend":
    """Sandboxes below `folder`. They run in `image`, empty for the host's /usr; `images` has `set=image` for library sets."""
    if wrong := [one for one in images if "=" not in one]:
        raise ConfigError(f"sandbox.images has {wrong[0]!r}: give each as set=image")
    return Backend(folder, Wanted(engine or "podman", runtime, socket), image, dict(one.split("=", 1) for one in images))


class Backend:
    """A folder of sandboxes: `<id>/spec.json` and `<id>/workspace` survive restarts, containers do not."""

    def __init__(self, folder: Path, wanted: Wanted, image: str, images: dict[str, str]) -> None:
        self._folder = folder.resolve()
        self._wanted = wanted
        self._image, self._images = image, images
        self._scope = hashlib.sha256(str(self._folder).encode()).hexdigest()[:16]
        self._engine: Engine | None = None
        self._probing = asyncio.Lock()
        self._boxes: dict[str, Box] = {}

    async def probe(self) -> SandboxCapabilities:
        """What is enforced here, after really running a container. Raises SandboxUnavailable with the way to mend it."""
        self._engine = None
        engine = await self._ready()
        await check_answer(engine, self._wanted.runtime)
        trial = Path(tempfile.mkdtemp(prefix=".probe-", dir=self._folder))
        ground = self._ground(SandboxSpec("probe"), trial, self._first_id("probe"), engine)
        try:
            ground.make()
            return await capabilities(ground, self._wanted.runtime)
        finally:
            await ground.remove()

    async def create(self, spec: SandboxSpec) -> Box:
        """Make it, or give the one that is already there. Raises ConfigError for an id or a mount that cannot be used."""
        check_spec(spec, self._folder, colons=False)
        if (found := await self.attach(spec.id)) is not None:
            return found
        engine = await self._ready()
        ground = self._ground(spec, self._folder / spec.id, self._first_id(spec.id) if engine.maps_users else None, engine)
        box = self._boxes[spec.id] = Box(ground)
        await asyncio.to_thread(ground.make)
        return box

    async def attach(self, id: str) -> Box | None:
        """The sandbox of that id, if its workspace is still here."""
        record = load(self._folder / id) if is_id(id) else None
        if record is None:
            self._boxes.pop(id, None)
            return None
        if id not in self._boxes:
            ground = self._ground(record.spec, self._folder / id, record.uid, await self._ready())
            self._boxes.setdefault(id, Box(ground))
        return self._boxes[id]

    async def list(self) -> Sequence[SandboxSpec]:
        """What is here."""
        return [record.spec for record in load_all(self._folder)]

    async def reap(self, keep: Sequence[str] | None) -> Sequence[str]:
        """Kill and remove what is not in keep, None keeps all, and containers of dead controllers; gives the ids removed."""
        removed: list[str] = []
        for home in homes(self._folder):
            if keep is not None and home.name not in keep:
                box = self._boxes.pop(home.name, None)
                await (box.destroy() if box else remove_folder(home))
                removed.append(home.name)
        engine = await self._ready()
        listed = ("ps", "--all", "--filter", f"label=forgecrew={self._scope}", "--format", "{{.Names}}")
        _, said = await engine.call(*listed)
        names = [name for name in said.split() if name.startswith("forgecrew-")]
        if gone := [name for name in names if is_orphan(name) or (keep is not None and sandbox_of(name) not in keep)]:
            await engine.call("rm", "--force", *gone)
        for left in Path(tempfile.gettempdir()).glob(f"forgecrew-{self._scope}-*"):
            if is_orphan(left.name):
                shutil.rmtree(left, ignore_errors=True)
        return removed

    def _ground(self, spec: SandboxSpec, folder: Path, first_id: int | None, engine: Engine) -> Ground:
        image = self._images.get(spec.image, self._image)
        return Ground(Plan(spec, folder, first_id, engine, self._scope, image, self._wanted.runtime))

    def _first_id(self, id: str) -> int | None:
        if self._engine is None or not self._engine.maps_users:
            return None
        taken = {record.uid for record in load_all(self._folder)}
        slot = zlib.crc32(f"{self._scope}/{id}".encode())
        while (first := _FIRST_ID + slot % _ID_SLOTS * _ID_STEP) in taken:
            slot += 1
        return first

    async def _ready(self) -> Engine:
        async with self._probing:
            if self._engine is None:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._engine = await ready_engine(self._wanted, [*self._images.values(), self._image])
            return self._engine
