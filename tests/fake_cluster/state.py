"""The objects of a cluster and its controller: a claim gets a sandbox, a sandbox a pod, a pod is a bubblewrap sandbox."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

from forgecrew.core.command import Command
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.integrations.bubblewrap.sandbox import backend
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.service import Service

from .schemas import faults

RUNTIME = Path(__file__).with_name("runtime.py").read_text()
Object = dict[str, Any]
Key = tuple[str, str, str]


class Refused(Exception):
    """An answer other than success."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status, self.reason = status, reason


class State:
    """Objects by plural, namespace and name; `changed` is set anew with every change."""

    def __init__(self, folder: Path, namespace: str = "forgecrew") -> None:
        self.namespace = namespace
        self.objects: dict[Key, Object] = {("runtimeclasses", "", name): {} for name in ("gvisor", "kata")}
        self.version = 100
        self.log: list[str] = []
        self.pods: dict[str, tuple[Sandbox, Service]] = {}
        self.changed = asyncio.Event()
        self._backend = backend(folder)
        self.serving: set[object] = set()
        self._settling = asyncio.Lock()
        self._working: set[asyncio.Task[None]] = set()

    def add(self, plural: str, body: Object) -> Object:
        """Keep a new object, after the checks of a server."""
        if wrong := faults(plural, body):
            raise Refused(422, "Invalid", wrong)
        key = (plural, self.namespace, body["metadata"]["name"])
        if key in self.objects:
            raise Refused(409, "AlreadyExists", f"{plural} {key[2]} already exists")
        body["metadata"]["namespace"] = self.namespace
        self.objects[key] = body
        self.touch(body)
        if plural == "sandboxclaims":
            self.work(self.adopt(body))
        return body

    def touch(self, body: Object) -> None:
        """An object has changed: tell everybody who watches."""
        self.version += 1
        body["metadata"].update(resourceVersion=str(self.version))
        body["metadata"].setdefault("uid", f"u{self.version}")
        body["metadata"].setdefault("creationTimestamp", "2026-01-01T00:00:00Z")
        self.changed.set()
        self.changed = asyncio.Event()

    def work(self, doing: Any) -> None:
        """Let the controller do it."""
        task = asyncio.ensure_future(doing)
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def adopt(self, claim: Object) -> None:
        """Give a claim a sandbox of its pool's template."""
        pool = self.objects.get(("sandboxwarmpools", self.namespace, claim["spec"]["warmPoolRef"]["name"]))
        found = pool and self.objects.get(("sandboxtemplates", self.namespace, pool["spec"]["sandboxTemplateRef"]["name"]))
        if not found:
            claim["status"] = {"conditions": [_ready(False, "WarmPoolNotFound")]}
            self.touch(claim)
            return
        name = f"sb-{claim['metadata']['name']}"
        body = {
            "apiVersion": "agents.x-k8s.io/v1beta1", "kind": "Sandbox", "metadata": {"name": name, "namespace": self.namespace},
            "spec": {"operatingMode": "Running", "podTemplate": found["spec"]["podTemplate"]},
        }  # fmt: skip
        self.objects["sandboxes", self.namespace, name] = body
        await self.settle(body)
        claim["status"] = {"sandbox": {"name": name, "podIPs": ["127.0.0.1"]}, "conditions": [_ready(True)]}
        self.touch(claim)

    async def settle(self, body: Object) -> None:
        """Start or stop the pod of a sandbox, by its operating mode; what lies in its workspace stays."""
        async with self._settling:
            await self._settled(body)

    async def _settled(self, body: Object) -> None:
        name, spec = body["metadata"]["name"], body["spec"]["podTemplate"]["spec"]["containers"][0]
        runs = body["spec"]["operatingMode"] == "Running"
        if runs and name not in self.pods:
            limits = spec["resources"]["limits"]
            profile = Profile(
                memory_bytes=int(limits["memory"].removesuffix("Mi")) << 20,
                cpu=int(limits["cpu"].removesuffix("m")) / 1000,
                pids=160,
            )
            box = await self._backend.create(SandboxSpec(name, profile=profile))
            env = tuple((one["name"], one["value"]) for one in spec["env"])
            service = await box.start(Command(("python3", "-I", "-c", RUNTIME), env=env))
            self.pods[name] = (box, service)
            await _listening(service)
            self.work(self._restarted(name, env))
        elif not runs and name in self.pods:
            await self.pods.pop(name)[1].stop()
        body["status"] = {"podIPs": ["127.0.0.1"] if runs else [], "conditions": [_ready(runs, "Suspended")]}
        self.touch(body)

    def remove(self, plural: str, name: str) -> None:
        """Remove an object; a claim takes its sandbox, pod and workspace along."""
        if self.objects.pop((plural, self.namespace, name), None) is None:
            raise Refused(404, "NotFound", f"{plural} {name} not found")
        self.changed.set()
        self.changed = asyncio.Event()
        if plural == "sandboxclaims":
            self.objects.pop(("sandboxes", self.namespace, f"sb-{name}"), None)
            self.work(self._removed(f"sb-{name}"))

    async def end(self) -> None:
        """Stop every pod."""
        for task in list(self._working):
            task.cancel()
        await self._backend.reap(keep=())

    async def _restarted(self, name: str, env: tuple[tuple[str, str], ...]) -> None:
        """What a kubelet does: a server that ended is started again, as long as its pod is wanted."""
        while name in self.pods:
            box, service = self.pods[name]
            await service.wait()
            if self.pods.get(name) == (box, service):
                self.pods[name] = (box, await box.start(Command(("python3", "-I", "-c", RUNTIME), env=env)))

    async def _removed(self, name: str) -> None:
        self.pods.pop(name, None)
        if (box := await self._backend.attach(name)) is not None:
            await box.destroy()


async def _listening(service: Service) -> None:
    for _ in range(1000):
        with contextlib.suppress(ConnectionRefusedError):
            (await service.connect(8888))[1].close()
            return
        await asyncio.sleep(0.01)
    raise RuntimeError(service.log().decode())


def _ready(ready: bool, reason: str = "DependenciesReady") -> Object:
    status = "True" if ready else "False"
    return {"type": "Ready", "status": status, "reason": reason, "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"}
