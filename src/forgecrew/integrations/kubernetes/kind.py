"""How sandboxes in a cluster come to be: pods are claimed, and given back."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.sandbox_capabilities import SandboxCapabilities
from forgecrew.core.sandbox_record import Record, homes, save
from forgecrew.integrations.kubernetes.box import Box
from forgecrew.integrations.kubernetes.cluster import Cluster
from forgecrew.integrations.kubernetes.gaps import capabilities, check_spec
from forgecrew.integrations.kubernetes.pod_life import PodLife, Terms


class Pods:
    """See sandboxing/shelf.py. Each sandbox belongs to a claim in the cluster, with this folder's scope as its label."""

    needs = ""

    def __init__(self, folder: Path, cluster: Cluster, runtime_class: str, images: dict[str, str], terms: Terms) -> None:
        self._folder = folder
        self._cluster, self._runtime_class, self._images, self._terms = cluster, runtime_class, images, terms
        self._scope = hashlib.sha256(str(folder).encode()).hexdigest()[:16]

    async def probe(self) -> SandboxCapabilities:
        """Run a pod."""
        await self._cluster.check(self._runtime_class)
        box = self._box(SandboxSpec("probe"), self._folder / ".probe")
        try:
            box.folder.mkdir(parents=True, exist_ok=True)
            await self._cluster.prepare(box.life.pod)
            return await capabilities(box, self._runtime_class)
        finally:
            await box.destroy()

    def check(self, spec: SandboxSpec) -> None:
        """A pod knows nothing of this machine."""
        check_spec(spec)

    async def make(self, spec: SandboxSpec) -> Box:
        """Claim a pod."""
        box = self._box(spec, self._folder / spec.id)
        await self._cluster.prepare(box.life.pod)
        box.folder.mkdir(parents=True, exist_ok=True)
        try:
            await box.reach()
        except SandboxUnavailable:
            await box.destroy()
            raise
        save(box.folder, Record(spec))
        return box

    async def found(self, record: Record) -> Box:
        """It is reached when it is needed."""
        return self._box(record.spec, self._folder / record.spec.id)

    async def stray(self, id: str) -> Box:
        """A folder, perhaps with a claim."""
        return self._box(SandboxSpec(id), self._folder / id)

    async def clear(self, keep: Sequence[str] | None) -> None:
        """Give back claims that nobody remembers."""
        kept = {self._claim(home.name) for home in homes(self._folder)}
        for claim in await self._cluster.claims(f"forgecrew-scope={self._scope}"):
            if claim not in kept:
                await self._cluster.release(claim)

    def _box(self, spec: SandboxSpec, home: Path) -> Box:
        image = self._images.get(spec.image, self._images[""])
        labels = {"forgecrew-scope": self._scope}
        life = PodLife.of(self._claim(spec.id), self._cluster, spec.profile, image, self._runtime_class, labels, self._terms)
        return Box(spec, home, life)

    def _claim(self, id: str) -> str:
        return f"fc-{hashlib.sha256(f'{self._scope}/{id}'.encode()).hexdigest()[:24]}"
