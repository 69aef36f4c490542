"""The sandbox port by a Kubernetes cluster: claims, finds and gives back pods."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from forgecrew.core.command import Command
from forgecrew.core.errors import ConfigError, SandboxUnavailable
from forgecrew.core.removal import remove_folder
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.core.sandbox_capabilities import SandboxCapabilities
from forgecrew.core.sandbox_record import Record, homes, load, load_all, save
from forgecrew.integrations.kubernetes.box import Box
from forgecrew.integrations.kubernetes.cluster import Cluster
from forgecrew.integrations.kubernetes.gaps import capabilities
from forgecrew.integrations.kubernetes.objects import Pod
from forgecrew.integrations.kubernetes.pod_life import PodLife, Terms
from forgecrew.sandboxing.spec_check import check_id, is_id

OPTIONS = ("runtime", "image", "images", "namespace", "kubeconfig", "router", "warm")


def backend(  # noqa: PLR0913 - one word per setting
    folder: Path, *, runtime: str = "", image: str = "", images: Sequence[str] = (), namespace: str = "forgecrew",
    kubeconfig: str = "", router: str = "", warm: int = 1, terms: Terms | None = None,
) -> "Backend":  # fmt: skip
    """Sandboxes in a namespace; `folder` remembers which. `image` holds agent-sandbox's server and python3."""
    if runtime == "urunc":
        raise ConfigError("sandbox.runtime is 'urunc', which runs no commands: use gvisor, or kata for untrusted work")
    if wrong := [one for one in images if "=" not in one]:
        raise ConfigError(f"sandbox.images has {wrong[0]!r}: give each as set=image")
    if not image:
        raise ConfigError("sandbox.image is missing: name an image with agent-sandbox's runtime server and python3")
    named = {"": image, **dict(one.split("=", 1) for one in images)}
    return Backend(folder, Cluster(namespace, kubeconfig, router, warm), runtime or "gvisor", named, terms or Terms())


class Backend:
    """A folder of `<id>/spec.json`; each belongs to a claim in the cluster, with this folder's scope as its label."""

    def __init__(self, folder: Path, cluster: Cluster, runtime_class: str, images: dict[str, str], terms: Terms) -> None:
        self._folder = folder.resolve()
        self._cluster, self._runtime_class, self._images, self._terms = cluster, runtime_class, images, terms
        self._scope = hashlib.sha256(str(self._folder).encode()).hexdigest()[:16]
        self._boxes: dict[str, Box] = {}

    async def probe(self) -> SandboxCapabilities:
        """What is enforced, after really running a pod. Raises SandboxUnavailable with the way to mend it."""
        await self._cluster.check(self._runtime_class)
        box = self._box(SandboxSpec("probe"), self._folder / ".probe")
        try:
            box.folder.mkdir(parents=True, exist_ok=True)
            await self._cluster.prepare(box.life.pod)
            result = await box.exec(Command(("sh", "-c", "touch mark && rm mark && grep -c : /proc/net/dev")))
        finally:
            await box.destroy()
        if not result.ok:
            raise SandboxUnavailable(f"a trial command ended with {result.reason} {result.exit_code}: {result.text[-300:]}")
        return capabilities(self._runtime_class)

    async def create(self, spec: SandboxSpec) -> Box:
        """Claim a pod, or give the one that is already there. Raises ConfigError for what a pod cannot have."""
        _check(spec)
        if (found := await self.attach(spec.id)) is not None:
            return found
        box = self._boxes[spec.id] = self._box(spec, self._folder / spec.id)
        await self._cluster.prepare(box.life.pod)
        box.folder.mkdir(parents=True, exist_ok=True)
        try:
            await box.reach()
        except SandboxUnavailable:
            await box.destroy()
            raise
        save(box.folder, Record(spec))
        return box

    async def attach(self, id: str) -> Box | None:
        """The sandbox of that id, if it was made here and not destroyed."""
        record = load(self._folder / id, needs="") if is_id(id) else None
        if record is None:
            self._boxes.pop(id, None)
            return None
        if id not in self._boxes:
            self._boxes[id] = self._box(record.spec, self._folder / id)
        return self._boxes[id]

    async def list(self) -> Sequence[SandboxSpec]:
        """What is here."""
        return [record.spec for record in load_all(self._folder, needs="")]

    async def reap(self, keep: Sequence[str] | None) -> Sequence[str]:
        """Give back what is not in keep, None keeps all, and claims that nobody remembers; gives the ids removed."""
        removed: list[str] = []
        for home in homes(self._folder):
            if keep is not None and home.name not in keep:
                box = self._boxes.pop(home.name, None) or self._box(SandboxSpec(home.name), home)
                await box.destroy()
                await remove_folder(home)
                removed.append(home.name)
        kept = {self._claim(home.name) for home in homes(self._folder)}
        for claim in await self._cluster.claims(f"forgecrew-scope={self._scope}"):
            if claim not in kept:
                await self._cluster.release(claim)
        return removed

    def _box(self, spec: SandboxSpec, home: Path) -> Box:
        image = self._images.get(spec.image, self._images[""])
        bounds = Profile(
            "pod", spec.profile.memory_bytes, spec.profile.cpu, spec.profile.pids, disk_bytes=spec.profile.disk_bytes
        )
        pod, labels = Pod(image, self._runtime_class, bounds), {"forgecrew-scope": self._scope}
        return Box(spec, home, PodLife(self._claim(spec.id), self._cluster, pod, labels, self._terms))

    def _claim(self, id: str) -> str:
        return f"fc-{hashlib.sha256(f'{self._scope}/{id}'.encode()).hexdigest()[:24]}"


def _check(spec: SandboxSpec) -> None:
    check_id(spec.id)
    if spec.mounts:
        raise ConfigError(f"sandbox mount {spec.mounts[0]!r}: a pod sees no folder of this machine; put it into the image")
    if spec.doors:
        raise ConfigError(f"door {spec.doors[0].port} of sandbox {spec.id!r}: a pod has no doors to sockets of this machine")
