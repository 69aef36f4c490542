"""How much memory this machine has and how much of it is free, within the control group that this process lives in."""

from dataclasses import dataclass
from pathlib import Path

_V2, _V1 = ("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes")


@dataclass(frozen=True, slots=True)
class HostMemory:
    """Bytes."""

    total_bytes: int
    available_bytes: int

    @property
    def free_share(self) -> float:
        """0 to 1."""
        return self.available_bytes / self.total_bytes if self.total_bytes else 1.0


def host_memory(proc: Path = Path("/proc"), groups: Path = Path("/sys/fs/cgroup")) -> HostMemory:
    """The machine's, or that of a container around this process when it is smaller."""
    rows = {name: rest for name, _, rest in (line.partition(":") for line in (proc / "meminfo").read_text().splitlines())}
    machine = HostMemory(*(int(rows[name].split()[0]) << 10 for name in ("MemTotal", "MemAvailable")))
    limits = [limit for folder, names in _folders(proc, groups) if (limit := _limit(folder, *names)) is not None]
    return min((machine, *limits), key=lambda one: one.total_bytes)


def _folders(proc: Path, groups: Path) -> list[tuple[Path, tuple[str, str]]]:
    """This process's memory group of both versions, and those above it, up to the one that a container shows as the root."""
    found: list[tuple[Path, tuple[str, str]]] = []
    for line in (proc / "self/cgroup").read_text().splitlines():
        _, kind, path = line.split(":", 2)
        if kind == "" or "memory" in kind.split(","):
            root, names = (groups, _V2) if kind == "" else (groups / "memory", _V1)
            inner = root / path.strip("/")
            found += [(folder, names) for folder in (inner, *inner.parents) if folder.is_relative_to(root)]
    return found


def _limit(folder: Path, limit: str, used: str) -> HostMemory | None:
    try:
        total, taken = (int((folder / name).read_text()) for name in (limit, used))
    except (OSError, ValueError):
        return None  # no group of this version here, or "max"
    return HostMemory(total, max(0, total - taken))
