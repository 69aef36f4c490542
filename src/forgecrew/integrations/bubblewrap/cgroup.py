"""Control groups: one group per command holds its memory, its processes and its share of the CPU, on version 1 or 2."""

import asyncio
import contextlib
import os
import signal
from dataclasses import dataclass
from pathlib import Path

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import Profile
from forgecrew.integrations.bubblewrap.group_label import SPARE, is_orphan, new_label

_PERIOD_MICROSECONDS = 100_000
_EXITING = 0x4  # PF_EXITING: a process that runs no instruction of its own any more


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Where groups are made: per controller the folder that is ours. On version 2 they are all the same folder."""

    version: int
    folders: dict[str, Path]
    suffix = ""
    """Of the folder of a group, behind its label."""

    def spare(self, scope: str) -> "Group | None":
        """A new group without limits, to be claimed later; None on version 2, where groups cannot be renamed."""
        return self._made(new_label(scope, SPARE)) if self.version == 1 else None

    def claim(self, spare: "Group | None", scope: str, name: str, profile: Profile) -> "Group":
        """A group with the profile's limits: the spare one, or a new one that is still to be joined."""
        label = new_label(scope, name)
        group = spare or self._made(label)
        try:
            if spare is not None:
                group = spare.renamed(label)
            group.limit(profile)
        except OSError as error:
            group.remove()
            raise SandboxUnavailable(f"the control group {label} could not be made: {error}") from error
        return group

    def sweep(self) -> None:
        """Remove groups that nobody is in and whose makers are gone, whatever their scope."""
        for label in filter(is_orphan, self._labels("*.*.*.*.*.*")):
            self._group(label).remove()

    def _made(self, label: str) -> "Group":
        group = self._group(label)
        try:
            for folder in set(group.folders.values()):
                folder.mkdir()
        except OSError as error:
            group.remove()
            raise SandboxUnavailable(f"the control group {label} could not be made: {error}") from error
        return group

    def groups(self, scope: str) -> dict[str, "Group"]:
        """The groups of a scope that are here, by label, whoever made them."""
        return {label: self._group(label) for label in self._labels(f"{scope}.*")}

    def _labels(self, pattern: str) -> set[str]:
        found = {path.name for folder in self.folders.values() for path in folder.glob(f"{pattern}{self.suffix}")}
        return {name.removesuffix(self.suffix) for name in found}

    def _group(self, label: str, enter: tuple[str, ...] = ()) -> "Group":
        folders = {key: folder / f"{label}{self.suffix}" for key, folder in self.folders.items()}
        return Group(self.version, folders, enter)


@dataclass(frozen=True, slots=True)
class Group:
    """One group under each controller. `enter`: words that start a program in it, where it is joined in no other way."""

    version: int
    folders: dict[str, Path]
    enter: tuple[str, ...] = ()

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

    def renamed(self, label: str) -> "Group":
        """The same group under another label."""
        for folder in self.folders.values():
            folder.rename(folder.parent / label)
        return Group(self.version, {key: folder.parent / label for key, folder in self.folders.items()})

    @property
    def join_files(self) -> list[str]:
        """The files into which a process writes 0 to join."""
        return [] if self.enter else sorted({str(folder / "cgroup.procs") for folder in self.folders.values()})

    def oom_kills(self) -> int:
        """How often the kernel killed for want of memory."""
        return self._row("memory", "memory.events" if self.version == 2 else "memory.oom_control", "oom_kill")

    def forks_refused(self) -> int:
        """How often a new process was refused."""
        return self._row("pids", "pids.events", "max")

    def cpu_seconds(self) -> float:
        """CPU time of all processes so far."""
        if self.version == 2:  # every group tells it, also without a controller
            return self._row(next(iter(self.folders), ""), "cpu.stat", "usage_usec") / 1e6
        return int(self._read("cpuacct", "cpuacct.usage") or 0) / 1e9

    def peak_memory_bytes(self) -> int:
        """The most memory that was held at once."""
        return int(self._read("memory", "memory.peak" if self.version == 2 else "memory.max_usage_in_bytes") or 0)

    def memory_bytes(self) -> int:
        """The memory that is held now."""
        return int(self._read("memory", "memory.current" if self.version == 2 else "memory.usage_in_bytes") or 0)

    def forget_peak(self) -> None:
        """Begin the peak of memory anew; version 2 cannot."""
        if self.version == 1:
            self._write("memory", "memory.max_usage_in_bytes", 0, must=False)

    def processes(self) -> list[int]:
        """Who is in the group now."""
        found = {int(word) for key in self.folders for word in self._read(key, "cgroup.procs").split()}
        return sorted(found)

    def kill(self) -> None:
        """SIGKILL to everybody inside; does not wait."""
        if self.version == 2:
            self._write(next(iter(self.folders), ""), "cgroup.kill", 1, must=False)  # also who is just being forked
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def dying(self) -> bool:
        """Whether everybody inside has stopped to run and is only being taken apart by the kernel."""
        before = self.processes()
        return all(map(_exiting, before)) and set(self.processes()) <= set(before)

    async def empty(self) -> bool:
        """Kill who is in the group until it can be removed; false when that took longer than two seconds."""
        pause_seconds = 0.001
        for _ in range(14):
            if self.remove():
                return True
            self.kill()
            await asyncio.sleep(pause_seconds)
            pause_seconds = min(pause_seconds * 2, 0.25)
        return self.remove()

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


def _exiting(pid: int) -> bool:
    with contextlib.suppress(OSError):
        state, *words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return state in "ZX" or bool(int(words[5]) & _EXITING)
    return True
