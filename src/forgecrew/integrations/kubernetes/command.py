"""One command in a pod: started with its keeper, listened to, and ended whole."""

import asyncio
import contextlib
import math
import secrets
import time
from typing import Any

from forgecrew.core.command import Command, Result
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.integrations.kubernetes.calls import KEEPER, ask, upload
from forgecrew.integrations.kubernetes.cluster import Cluster
from forgecrew.integrations.kubernetes.heard import Heard
from forgecrew.integrations.kubernetes.objects import WORKSPACE
from forgecrew.sandboxing.inner import given

_FLOOD_BYTES = 64 << 20  # a command that drops more than this is killed
_WAIT_SECONDS = 5.0


class PodCommand:
    """`code` runs Python in place of the command. `timeout_seconds` 0 is as long as it likes."""

    def __init__(
        self,
        cluster: Cluster,
        handle: Any,
        spec: SandboxSpec,
        command: Command,
        lease_seconds: float,
        code: str | None,
    ) -> None:
        self._cluster, self._handle = cluster, handle
        self._command, self._code = command, code
        self._token = secrets.token_hex(8)
        wait = {"lease": lease_seconds, "wait": min(_WAIT_SECONDS, lease_seconds / 2)}
        self._request = _request(spec, command, self._token) | wait

    async def run(self, heard: Heard, timeout_seconds: float, *, floods: bool = False) -> Result:
        """Run it to its end; cancelled, the whole tree is killed first. One that `floods` may print as much as it likes."""
        self._request["flood_bytes"] = 0 if floods else _FLOOD_BYTES
        began = time.monotonic()
        first = asyncio.ensure_future(self._started(timeout_seconds))
        try:
            news = await asyncio.shield(first)
            if "refused" in news:
                raise SandboxUnavailable(f"the sandbox did not start: {news['refused']}")
            while not news.get("lost"):
                heard.take(news)
                if news["ended"]:
                    break
                news = await self._asked("poll", len(heard.head), self._request["wait"])
        except asyncio.CancelledError:
            await asyncio.shield(self._killed_at_start(first))
            raise
        return heard.result(news, time.monotonic() - began)

    async def kill(self, reason: str) -> bool:
        """End it; false when it is not there."""
        return not (await self._asked("kill", 0, 0, reason)).get("lost")

    async def _started(self, timeout_seconds: float) -> dict[str, Any]:
        request = self._request | {"timeout": timeout_seconds}
        for key, content in (("stdin", self._command.stdin), ("code", (self._code or "").encode())):
            if content or (key == "code" and self._code is not None):
                name = f".{key}-{self._token}"
                await upload(self._cluster, self._handle, name, content)
                request[key] = f"{WORKSPACE}/{name}"
        return await ask(self._cluster, self._handle, KEEPER, request)

    async def _asked(self, do: str, have: int, wait: float, reason: str = "") -> dict[str, Any]:
        request = {"do": do, "token": self._token, "have": have, "wait": wait, "reason": reason}
        return await ask(self._cluster, self._handle, KEEPER, request)

    async def _killed_at_start(self, first: "asyncio.Task[dict[str, Any]]") -> None:
        with contextlib.suppress(SandboxUnavailable):  # the pod is gone, and the command with it
            while not await self.kill("killed") and not first.done():
                await asyncio.wait({first}, timeout=0.02)
            await self.kill("killed")
            await first


def _request(spec: SandboxSpec, command: Command, token: str) -> dict[str, Any]:
    profile = command.profile or spec.profile
    return {
        "do": "run", "token": token, "argv": command.argv, "cwd": command.cwd, "stdin": "", "code": None,
        "env": given(spec.path, dict(spec.env) | dict(command.env)), "limits": _limits(profile),
        "output_bytes": profile.output_bytes, "pids": profile.pids, "disk_bytes": profile.disk_bytes,
        "inodes": max(min(profile.inodes, profile.disk_bytes >> 14), 1024),
    }  # fmt: skip


def _limits(profile: Profile) -> dict[str, int]:
    cpu_seconds = math.ceil(profile.wall_seconds * max(profile.cpu, 1.0)) + 1
    return {
        "RLIMIT_AS": profile.memory_bytes, "RLIMIT_FSIZE": profile.file_bytes, "RLIMIT_NOFILE": profile.open_files,
        "RLIMIT_CPU": cpu_seconds, "RLIMIT_CORE": 0,
    }  # fmt: skip
