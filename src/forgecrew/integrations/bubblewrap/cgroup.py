"""Control groups: one group per command holds its memory, its processes and its share of the CPU, on version 1 or 2."""

import contextlib
import itertools
import os
import signal
from dataclasses import dataclass
from pathlib import Path

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import Profile

_NAME = "forgecrew"
_WANTED = ("memory", "pids", "cpu", "cpuacct")
_PERIOD_MICROSECONDS = 100_000
_counter = itertools.count()


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Where groups are made: per controller the folder that is ours. On version 2 they are all the same folder."""

    version: int
    folders: dict[str, Path]

    def group(self, scope: str, name: str, profile: Profile) -> "Group":
        """A new group with the profile's limits. Raises SandboxUnavailable when the kernel refuses one."""
        label = f"{scope}.{name}.{controller()}.{next(_counter)}"
        group = self._group(label)
        try:
            for folder in set(group.folders.values()):
                folder.mkdir()
            group.limit(profile)
        except OSError as error:
            group.remove()
            raise SandboxUnavailable(f"the control group {label} could not be made: {error}") from error
        return group

    def groups(self, scope: str) -> dict[str, "Group"]:
        """The groups of a scope that are here, by label, whoever made them."""
        labels: set[str] = set()
        for folder in self.folders.values():
            labels.update(path.name for path in folder.glob(f"{scope}.*"))
        return {label: self._group(label) for label in labels}

    def _group(self, label: str) -> "Group":
        return Group(self.version, {key: folder / label for key, folder in self.folders.items()})


@dataclass(frozen=True, slots=True)
class Group:
    """One group under each controller."""

    version: int
    folders: dict[str, Path]

    def limit(self, profile: Profile) -> None:
        """Set memory, processes and CPU as far as there are controllers for them."""
        quota = int(profile.cpu * _PERIOD_MICROSECONDS)
        if self.version == 2:
            self._write("memory", "memory.max", profile.memory_bytes)
            self._write("memory", "memory.swap.max", 0, must=False)
            self._write("memory", "memory.oom.group", 1, must=False)
            self._write("cpu", "cpu.max", f"{quota} {_PERIOD_MICROSECONDS}")
        else:
            self._write("memory", "memory.limit_in_bytes", profile.memory_bytes)
            self._write("memory", "memory.memsw.limit_in_bytes", profile.memory_bytes, must=False)
            self._write("cpu", "cpu.cfs_period_us", _PERIOD_MICROSECONDS)
            self._write("cpu", "cpu.cfs_quota_us", quota)
        self._write("pids", "pids.max", profile.pids)

    @property
    def join_files(self) -> list[str]:
        """The files into which a process writes 0 to join."""
        return sorted({str(folder / "cgroup.procs") for folder in self.folders.values()})

    def oom_kills(self) -> int:
        """How often the kernel killed for want of memory."""
        return self._row("memory", "memory.events" if self.version == 2 else "memory.oom_control", "oom_kill")

    def forks_refused(self) -> int:
        """How often a new process was refused."""
        return self._row("pids", "pids.events", "max")

    def cpu_seconds(self) -> float:
        """CPU time of all processes so far."""
        if self.version == 2:
            return self._row("cpu", "cpu.stat", "usage_usec") / 1e6
        return int(self._read("cpuacct", "cpuacct.usage") or 0) / 1e9

    def peak_memory_bytes(self) -> int:
        """The most memory that was held at once."""
        return int(self._read("memory", "memory.peak" if self.version == 2 else "memory.max_usage_in_bytes") or 0)

    def processes(self) -> list[int]:
        """Who is in the group now."""
        found = {int(word) for key in self.folders for word in self._read(key, "cgroup.procs").split()}
        return sorted(found)

    def kill(self) -> None:
        """SIGKILL to everybody inside; does not wait."""
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def remove(self) -> bool:
        """Remove the empty group; false when somebody is still in it (or still leaving)."""
        for folder in set(self.folders.values()):
            with contextlib.suppress(OSError):
                folder.rmdir()
        return not any(folder.exists() for folder in self.folders.values())

    def _read(self, key: str, file: str) -> str:
        with contextlib.suppress(OSError, KeyError):
            return (self.folders[key] / file).read_text()
        return ""

    def _row(self, key: str, file: str, name: str) -> int:
        rows = dict(line.split(maxsplit=1) for line in self._read(key, file).splitlines() if " " in line)
        return int(rows.get(name, 0))

    def _write(self, key: str, file: str, value: int | str, *, must: bool = True) -> None:
        if key not in self.folders:
            return
        try:
            (self.folders[key] / file).write_text(str(value))
        except OSError:
            if must:
                raise


def controller() -> str:
    """This process, as part of a group's label: its id and when it started, so that a reused id is told apart."""
    pid = os.getpid()
    return f"{pid}.{_started(pid)}"


def name_of(label: str) -> str:
    """The sandbox that a group of this label belongs to."""
    return label.split(".")[1]


def is_orphan(label: str) -> bool:
    """Whether the process that made a group of this label is gone."""
    *_, pid, started, _number = label.split(".")
    return _started(int(pid)) != started


def _started(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    return "gone"


def detect(root: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")) -> Hierarchy | None:
    """The hierarchy in which this process may make groups, version 2 first; None where it may not."""
    return _second(root, own) or _first(root)


def _first(root: Path) -> Hierarchy | None:
    folders: dict[str, Path] = {}
    for name in _WANTED:
        folder = root / name / _NAME
        with contextlib.suppress(OSError):
            if (root / name / "cgroup.procs").exists():
                folder.mkdir(exist_ok=True)
                folders[name] = folder
    return Hierarchy(1, folders) if "memory" in folders or "pids" in folders else None


def _second(root: Path, own: Path) -> Hierarchy | None:
    lines = own.read_text().splitlines() if own.exists() else []
    paths = [line[3:] for line in lines if line.startswith("0::")]
    if not paths or not (root / "cgroup.controllers").exists():
        return None
    here = (root / paths[0].lstrip("/")).resolve()
    # The highest folder that we may use: there a group may be made beside our own, which holds processes.
    for folder in reversed([here, *here.parents]):
        if not folder.is_relative_to(root.resolve()):
            continue
        with contextlib.suppress(OSError):
            given = (folder / "cgroup.subtree_control").read_text().split()
            if not {"memory", "pids"} & set(given):
                continue
            ours = folder / _NAME
            ours.mkdir(exist_ok=True)
            folders = {name: ours for name in _WANTED if name in given}
            _hand_down(ours, folders)
            return Hierarchy(2, folders)
    return None


def _hand_down(folder: Path, names: dict[str, Path]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in names))
