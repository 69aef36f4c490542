"""What a container has used, read from its control groups on the host, version 1 or 2."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from forgecrew.core.sandbox_use import SandboxUse
from forgecrew.sandboxing.usage import Usage

_ROOT = Path("/sys/fs/cgroup")


def groups_of(pid: int, container: str) -> dict[str, Path]:
    """Its group per controller (version 2: all under ""); nothing where the process is not in a group of that container."""
    found: dict[str, Path] = {}
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines():
            _, names, path = line.split(":", 2)
            if container and container in path:
                for name in names.split(","):
                    found[name] = _ROOT / name / path.lstrip("/")
    return found


def process_one(container: str) -> int:
    """The number of a container's process 1, looked for where engines make their groups; 0 when it is not there."""
    if not container:
        return 0
    names = (f"libpod-{container}", f"libpod-{container}.scope", container, f"docker-{container}.scope")
    parents = ("libpod_parent", "machine.slice", "docker", "system.slice", "user.slice")
    for root in (_ROOT / "memory", _ROOT):
        for file in (root / parent / name / "cgroup.procs" for parent in parents for name in names):
            with contextlib.suppress(OSError, ValueError):
                for pid in map(int, file.read_text().split()):
                    if Path(f"/proc/{pid}/status").read_text().partition("NSpid:")[2].split("\n")[0].split()[-1] == "1":
                        return pid
    return 0


def usage_of(groups: dict[str, Path]) -> Usage:
    """Read all counters."""
    one = groups.get("")
    memory, pids = groups.get("memory", one), groups.get("pids", one)
    events = dict(_rows(memory, "memory.events") or _rows(memory, "memory.oom_control"))
    return Usage(
        oom_kills=events.get("oom_kill", 0),
        forks_refused=dict(_rows(pids, "pids.events")).get("max", 0),
        cpu_seconds=_cpu_seconds(groups),
        peak_memory_bytes=_number(memory, "memory.peak") or _number(memory, "memory.max_usage_in_bytes"),
    )


def present(groups: dict[str, Path]) -> SandboxUse:
    """What is used now, without the disk; unknown without groups."""
    if not groups:
        return SandboxUse()
    memory, pids = (groups.get(name, groups.get("")) for name in ("memory", "pids"))
    return SandboxUse(
        processes=_number(pids, "pids.current"),
        memory_bytes=_number(memory, "memory.current") or _number(memory, "memory.usage_in_bytes"),
        cpu_seconds=_cpu_seconds(groups),
    )


def processes(groups: dict[str, Path]) -> list[int]:
    """Who is in the groups now."""
    folder = groups.get("pids", groups.get("memory", groups.get("")))
    with contextlib.suppress(OSError, ValueError):
        return [int(word) for word in (folder / "cgroup.procs").read_text().split()] if folder else []
    return []


def forget_peak(groups: dict[str, Path]) -> None:
    """Let the peak of memory begin anew, where that is allowed."""
    with contextlib.suppress(OSError, KeyError):
        (groups["memory"] / "memory.max_usage_in_bytes").write_text("0")


def _cpu_seconds(groups: dict[str, Path]) -> float:
    accounting = groups.get("cpuacct", groups.get(""))
    nanoseconds = _number(accounting, "cpuacct.usage")
    return nanoseconds / 1e9 if nanoseconds else dict(_rows(accounting, "cpu.stat")).get("usage_usec", 0) / 1e6


def _number(folder: Path | None, file: str) -> int:
    with contextlib.suppress(OSError, ValueError):
        return int((folder / file).read_text()) if folder else 0
    return 0


def _rows(folder: Path | None, file: str) -> list[tuple[str, int]]:
    if folder is None:
        return []
    with contextlib.suppress(OSError):
        return list(_pairs((folder / file).read_text()))
    return []


def _pairs(text: str) -> Iterator[tuple[str, int]]:
    for line in text.splitlines():
        name, _, value = line.partition(" ")
        if value.isdigit():
            yield name, int(value)
