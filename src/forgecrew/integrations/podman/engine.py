"""The engine's command line: found, given its global flags, and called so that it can never hang us."""

import asyncio
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from forgecrew.core.errors import SandboxUnavailable

_CAP_SYS_ADMIN = 1 << 21
_GROUPS = Path("/sys/fs/cgroup")
_INSTALL = {
    "podman": "podman is not installed: apt install podman",
    "docker": "docker is not installed: see https://docs.docker.com/engine/install/",
}
_START = {
    "podman": "start its service (systemctl enable --now podman.socket, as a user with --user)",
    "docker": "start its service (systemctl enable --now docker) and let this user use it",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the settings ask for: the engine's program, an OCI runtime, the socket of its service; empty is the engine's own."""

    engine: str = "podman"
    runtime: str = ""
    socket: str = ""


@dataclass(frozen=True, slots=True)
class Engine:
    """A program with its global flags. `service`: it asks a service instead of starting containers itself."""

    name: str
    line: tuple[str, ...]
    service: bool
    rootful: bool

    @property
    def maps_users(self) -> bool:
        """Whether each sandbox can be given user ids of its own."""
        return self.name == "podman" and self.rootful

    @property
    def bounds(self) -> bool:
        """Whether it bounds memory, processes and CPU: without root only on control groups of version 2."""
        return self.rootful or (_GROUPS / "cgroup.controllers").exists()

    async def call(self, *words: str, timeout_seconds: float = 60.0) -> tuple[int, str]:
        """Status and everything it said. Its output is a file: a container that it leaves behind would hold a pipe open."""
        with tempfile.TemporaryFile() as said:
            process = await asyncio.create_subprocess_exec(
                *self.line, *words, stdin=asyncio.subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
            )
            try:
                async with asyncio.timeout(timeout_seconds):
                    status = await process.wait()
            except TimeoutError as error:
                raise SandboxUnavailable(f"{self.name} {words[0]} took longer than {timeout_seconds:g} s") from error
            finally:
                if process.returncode is None:
                    process.kill()
                    await asyncio.shield(process.wait())
            said.seek(0)
            return status, said.read(1 << 20).decode("utf-8", "replace").strip()


def find_engine(wanted: Wanted) -> Engine:
    """The engine as it can be used from this process. Raises SandboxUnavailable, with the way to mend it, where it cannot."""
    program = shutil.which(wanted.engine)
    name = Path(wanted.engine).name
    if program is None or name not in _INSTALL:
        raise SandboxUnavailable(_INSTALL.get(name, f"{wanted.engine!r} is no engine known here: use podman or docker"))
    root = os.geteuid() == 0
    if name == "docker":
        host = ("--host", f"unix://{wanted.socket}") if wanted.socket else ()
        return Engine(name, (program, *host), service=True, rootful=True)
    socket = wanted.socket or ("/run/podman/podman.sock" if root else f"/run/user/{os.geteuid()}/podman/podman.sock")
    if os.access(socket, os.R_OK | os.W_OK):
        return Engine(name, (program, "--remote", f"--url=unix://{socket}"), service=True, rootful=root)
    if wanted.socket or not may_start_containers():
        raise SandboxUnavailable(f"there is no podman service at {socket}: {_START[name]}")
    flags = () if Path("/run/systemd/system").is_dir() else ("--cgroup-manager=cgroupfs",)
    flags += (f"--runtime={wanted.runtime}",) if wanted.runtime else ()
    return Engine(name, (program, *flags), service=False, rootful=root)


async def check_answer(engine: Engine, runtime: str) -> None:
    """Ask it something. Raises SandboxUnavailable when it does not answer or does not have the runtime."""
    fields = "{{.Host.OCIRuntime.Name}}" if engine.name == "podman" else "{{range $name, $_ := .Runtimes}}{{$name}} {{end}}"
    status, said = await engine.call("info", "--format", fields)
    if status and runtime and runtime in said:
        raise SandboxUnavailable(f"{engine.name} has no runtime {runtime!r}: install it, or set sandbox.runtime to one it has")
    if status:
        raise SandboxUnavailable(f"{engine.name} does not answer: {said[-300:]}; {_START[engine.name]}")
    if runtime and Path(runtime).name not in said.split():
        raise SandboxUnavailable(
            f"{engine.name} offers the runtime {said}, sandbox.runtime asks for {runtime}: set it in the engine's settings"
        )


def may_start_containers() -> bool:
    """Whether this process may start containers itself: not where the write tokens are hidden from it."""
    rows = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":\t" in line)
    if os.geteuid() == 0:
        return bool(int(rows["CapEff"], 16) & _CAP_SYS_ADMIN)
    return rows.get("NoNewPrivs", "0") == "0"
