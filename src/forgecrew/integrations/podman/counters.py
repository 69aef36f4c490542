"""What a container has used, read from its control groups on the host, version 1 or 2."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Usage:
    """Counters of one moment; zeros where they cannot be read."""

    oom_kills: int = 0
    forks_refused: int = 0
    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0
    memory_bytes: int = 0
    processes: int = 0

    def since(self, before: "Usage") -> "Usage":
        """What was counted after `before`; the rest is as it is now."""
        return Usage(
            self.oom_kills - before.oom_kills, self.forks_refused - before.forks_refused,
            self.cpu_seconds - before.cpu_seconds, self.peak_memory_bytes, self.memory_bytes, self.processes,
        )  # fmt: skip


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
    accounting = groups.get("cpuacct", one)
    events = dict(_rows(memory, "memory.events") or _rows(memory, "memory.oom_control"))
    stat = dict(_rows(accounting, "cpu.stat"))
    nanoseconds = _number(accounting, "cpuacct.usage")
    return Usage(
        oom_kills=events.get("oom_kill", 0),
        forks_refused=dict(_rows(pids, "pids.events")).get("max", 0),
        cpu_seconds=nanoseconds / 1e9 if nanoseconds else stat.get("usage_usec", 0) / 1e6,
        peak_memory_bytes=_number(memory, "memory.peak") or _number(memory, "memory.max_usage_in_bytes"),
        memory_bytes=_number(memory, "memory.current") or _number(memory, "memory.usage_in_bytes"),
        processes=_number(pids, "pids.current"),
    )


def forget_peak(groups: dict[str, Path]) -> None:
    """Let the peak of memory begin anew, where that is allowed."""
    with contextlib.suppress(OSError, KeyError):
        (groups["memory"] / "memory.max_usage_in_bytes").write_text("0")


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
