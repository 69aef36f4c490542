"""The words for `podman run` or `docker run` that make a container the sandbox of one command."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.integrations.podman.engine import Engine
from forgecrew.integrations.podman.root_tree import host_places
from forgecrew.integrations.podman.script import GATE, LAUNCHER
from forgecrew.sandboxing.inner import INNER_ID, WORKSPACE

IDS_PER_SANDBOX = INNER_ID + 1
_OWN_PROCESSES = 8  # the launcher, what passes the input on, the gate
_MASKED = "/proc/cmdline:/proc/kallsyms:/proc/key-users:/proc/config.gz:/sys/fs/cgroup"


@dataclass(frozen=True, slots=True)
class Plan:
    """How the containers of one sandbox are made: its folder, its first user id, the engine, what that was asked for."""

    spec: SandboxSpec
    folder: Path
    first_id: int | None
    engine: Engine
    scope: str
    image: str = ""
    runtime: str = ""

    @property
    def workspace(self) -> Path:
        """The folder that is /workspace inside."""
        return self.folder / "workspace"


def run_words(plan: Plan, profile: Profile, name: str, files: Path, *, gate: bool) -> list[str]:
    """Everything behind the engine's program; `files` is where the container's id and process number are written."""
    return [
        "run", "--rm", "--interactive", "--pull=never", f"--name={name}", f"--label=forgecrew={plan.scope}",
        f"--cidfile={files / 'cid'}", *_engine_words(plan, files), *_walls(files), *_bounds(profile, plan.engine),
        *_volumes(plan, files, gate=gate), *_root(plan, files), "/bin/sh", "-c", LAUNCHER,
    ]  # fmt: skip


def _engine_words(plan: Plan, files: Path) -> Iterator[str]:
    if plan.engine.name == "podman":
        yield from ("--no-hosts", "--passwd=false", "--read-only-tmpfs=false", f"--security-opt=mask={_MASKED}")
        yield from ("--image-volume=ignore",) if plan.image else ()
        yield from () if plan.engine.service else (f"--pidfile={files / 'pid'}",)
    else:
        yield from (f"--runtime={plan.runtime}",) if plan.runtime else ()
        if Path("/proc/sys/net/ipv6").is_dir():  # docker switches it off where it gives no network
            yield "--sysctl=net.ipv6.conf.all.disable_ipv6=0"
    if plan.first_id is not None:
        yield f"--uidmap=0:{plan.first_id}:{IDS_PER_SANDBOX}"
        yield f"--gidmap=0:{plan.first_id}:{IDS_PER_SANDBOX}"
    elif plan.engine.name == "podman":
        yield f"--userns=keep-id:uid={INNER_ID},gid={INNER_ID}"


def _walls(files: Path) -> Iterator[str]:
    yield from ("--network=none", "--ipc=private", "--hostname=sandbox", "--read-only", "--cap-drop=all", "--log-driver=none")
    yield from (f"--user={INNER_ID}:{INNER_ID}", "--security-opt=no-new-privileges", "--stop-timeout=0", "--workdir=/")
    if (files / "seccomp.json").exists():
        yield f"--security-opt=seccomp={files / 'seccomp.json'}"


def _bounds(profile: Profile, engine: Engine) -> Iterator[str]:
    shm = max(profile.memory_bytes // 8, 1 << 20)
    pids = profile.pids + _OWN_PROCESSES
    as_is = ",notmpcopyup" if engine.name == "podman" else ""
    yield from (f"--memory={profile.memory_bytes}", f"--memory-swap={profile.memory_bytes}")
    yield from (f"--cpus={max(profile.cpu, 0.01):g}", f"--pids-limit={pids}", f"--shm-size={shm}")
    yield f"--tmpfs=/tmp:rw,exec,nosuid,nodev,size={shm * 4},mode=1777{as_is}"
    cpu_seconds = math.ceil(profile.wall_seconds * max(profile.cpu, 1.0)) + 1
    limits = {"nofile": profile.open_files, "nproc": pids * 2, "fsize": profile.file_bytes, "cpu": cpu_seconds, "core": 0}
    if not engine.bounds:
        limits |= {"data": profile.memory_bytes}
    for name, value in limits.items():
        yield f"--ulimit={name}={value}:{value + 2 if name == 'cpu' else value}"


def _volumes(plan: Plan, files: Path, *, gate: bool) -> Iterator[str]:
    yield f"--volume={plan.workspace}:{WORKSPACE}:rw"
    for place in [*(() if plan.image else host_places()), *plan.spec.mounts]:
        yield f"--volume={place}:{place}:ro"
    if gate:
        yield f"--volume={files / 'gate'}:{GATE}:ro"


def _root(plan: Plan, files: Path) -> Iterator[str]:
    yield from (plan.image,) if plan.image else ("--rootfs", str(files / "root"))
