"""The four resource profiles of sandboxes, and the ladder of those that a command may climb.

| profile | memory MiB | cores | processes | seconds | disk MiB | inodes | output MiB |
|---|---|---|---|---|---|---|---|
| light | 256 | 0.5 | 64 | 20 | 256 | 16k | 1 |
| medium | 1024 | 1 | 256 | 120 | 2048 | 128k | 4 |
| heavy | 4096 | 2 | 1024 | 900 | 10240 | 1M | 16 |
| browser | 768 | 2 | 256 | 60 | 512 | 32k | 4 |

Measured on two cores: a Python test run of a small project peaks below 200 MiB, a Chromium with one page at 284 MiB with nine
processes; it needs 2048 open files. Its one core with bursts to two is two here: a quota knows no bursts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from forgecrew.core.sandbox import Profile

_MIB = 1 << 20

LIGHT = Profile(
    name="light", memory_bytes=256 * _MIB, cpu=0.5, pids=64, wall_seconds=20, output_bytes=1 * _MIB, disk_bytes=256 * _MIB,
    file_bytes=256 * _MIB, open_files=1024, inodes=16 << 10,
)  # fmt: skip
MEDIUM = Profile(
    name="medium", memory_bytes=1024 * _MIB, cpu=1.0, pids=256, wall_seconds=120, output_bytes=4 * _MIB, disk_bytes=2048 * _MIB,
    file_bytes=1024 * _MIB, open_files=1024, inodes=128 << 10,
)  # fmt: skip
HEAVY = Profile(
    name="heavy", memory_bytes=4096 * _MIB, cpu=2.0, pids=1024, wall_seconds=900, output_bytes=16 * _MIB,
    disk_bytes=10_240 * _MIB, file_bytes=4096 * _MIB, open_files=4096, inodes=1 << 20,
)  # fmt: skip
BROWSER = Profile(
    name="browser", memory_bytes=768 * _MIB, cpu=2.0, pids=256, wall_seconds=60, output_bytes=4 * _MIB, disk_bytes=512 * _MIB,
    file_bytes=256 * _MIB, open_files=2048, inodes=32 << 10,
)  # fmt: skip

STEPS = (LIGHT, MEDIUM, HEAVY)
"""Those that a command climbs, smallest first; a browser has its own and stays there."""
PROFILES = {one.name: one for one in (*STEPS, BROWSER)}


@dataclass(frozen=True, slots=True)
class Ladder:
    """Profiles from small to large, none below the one before in any bound."""

    steps: tuple[Profile, ...]

    @classmethod
    def of(cls, profiles: Sequence[Profile]) -> "Ladder":
        """A ladder of profiles; a bound that is below that of the step before is raised to it."""
        steps: list[Profile] = []
        for one in profiles:
            steps.append(_at_least(one, steps[-1]) if steps else one)
        return cls(tuple(steps))

    @property
    def top(self) -> Profile:
        """The largest."""
        return self.steps[-1]

    def index(self, name: str) -> int:
        """Where a profile stands, -1 when it is none of these."""
        return next((at for at, one in enumerate(self.steps) if one.name == name), -1)

    def above(self, name: str) -> Profile | None:
        """The next larger one; None at the top and for profiles that are no step."""
        at = self.index(name)
        return self.steps[at + 1] if 0 <= at < len(self.steps) - 1 else None


def capped(profile: Profile, *, memory_bytes: int, cores: int) -> Profile:
    """Within a machine of that size; a quarter of its memory is left to the machine itself."""
    memory_max = max(memory_bytes * 3 // 4, 64 * _MIB)
    return replace(profile, memory_bytes=min(profile.memory_bytes, memory_max), cpu=min(profile.cpu, float(cores)))


def _at_least(one: Profile, below: Profile) -> Profile:
    """Every bound no smaller than that of the step below."""
    bounds = ("memory_bytes", "cpu", "pids", "wall_seconds", "output_bytes", "disk_bytes", "file_bytes", "open_files", "inodes")
    return replace(one, **{name: max(getattr(one, name), getattr(below, name)) for name in bounds})
