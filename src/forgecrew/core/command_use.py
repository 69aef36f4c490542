"""What a command of one shape used of what it was given, and the choice of a profile by that."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from forgecrew.core.command import Reason, Result
from forgecrew.core.profiles import Ladder
from forgecrew.core.sandbox import Profile

KEPT = 40
"""Runs of one shape that are remembered."""
STEPS_MAX = 2
"""Steps up within one task."""
ROOM = 1.5
"""A command gets at least so many times what 95 % of its runs needed."""
BUSY, HANGING = 0.8, 0.2
"""Shares of the CPU quota: a timeout above the first is work, below the second a hang."""
DOWN_RUNS, DOWN_SHARE = 10, 0.4
"""After so many runs that all stayed below this share of their bounds the next one is given a smaller profile."""

_BOUNDS: dict[Reason, tuple[str, ...]] = {"oom": ("memory_bytes",), "pids": ("pids",), "disk": ("disk_bytes", "inodes")}


@dataclass(frozen=True, slots=True)
class CommandUse:
    """One run; zero bytes or CPU seconds mean that this machine cannot measure them."""

    profile: str
    reason: Reason
    memory_bytes: int
    wall_seconds: float
    cpu_seconds: float

    @classmethod
    def of(cls, result: Result, profile: Profile) -> "CommandUse":
        """What a command that ran in a profile used."""
        return cls(profile.name, result.reason, result.peak_memory_bytes, result.wall_seconds, result.cpu_seconds)

    def cpu_share(self, profile: Profile) -> float | None:
        """Of its CPU quota, 0 to about 1; None where nothing was measured."""
        given = self.wall_seconds * profile.cpu
        return self.cpu_seconds / given if given > 0 and self.cpu_seconds > 0 else None


def choose(ladder: Ladder, weight: Profile, past: Sequence[CommandUse]) -> Profile:
    """The profile that a command starts with: `weight` (what the task was given) when nothing is known of its shape.

    Else the one of the last run: a step up when that was too small, the first with room for 1.5 times what 95 % of the runs
    needed when that is larger, a step down (never below that room) after ten runs that used less than 40 %. `past` is oldest
    first.
    """
    if not past:
        return weight
    last = ladder.index(past[-1].profile)
    if last < 0:
        return weight
    if too_small(past[-1], ladder.steps[last]):
        last = min(last + 1, len(ladder.steps) - 1)
    floor = _with_room(ladder, past)
    if floor < last and _idle(past[-DOWN_RUNS:], ladder.steps[last]):
        last -= 1
    return ladder.steps[max(floor, last)]


def too_small(use: CommandUse, profile: Profile) -> bool:
    """Whether more would have helped: out of memory, processes or disk, or cut off at work.

    Never after a plain failure or a flood of output, nor when it hung.
    """
    share = use.cpu_share(profile)
    return use.reason in ("oom", "pids", "disk") or (use.reason == "timeout" and share is not None and share > BUSY)


def hangs(use: CommandUse, profile: Profile) -> bool:
    """Whether it was cut off while it waited for something."""
    share = use.cpu_share(profile)
    return use.reason == "timeout" and share is not None and share < HANGING


def larger(ladder: Ladder, profile: Profile, reason: Reason) -> Profile | None:
    """The next step that has more of what was short; None when there is none."""
    bounds = {"oom": ("memory_bytes",), "pids": ("pids",), "disk": ("disk_bytes", "inodes")}.get(
        reason, ("wall_seconds", "cpu")
    )
    found = ladder.above(profile.name)
    while found is not None and not any(getattr(found, bound) > getattr(profile, bound) for bound in bounds):
        found = ladder.above(found.name)
    return found


def _with_room(ladder: Ladder, past: Sequence[CommandUse]) -> int:
    memory = ROOM * p95([use.memory_bytes for use in past])
    wall, cpu = ROOM * p95([use.wall_seconds for use in past]), ROOM * p95([use.cpu_seconds for use in past])
    for at, one in enumerate(ladder.steps):
        if one.memory_bytes >= memory and one.wall_seconds >= max(wall, cpu / one.cpu):
            return at
    return len(ladder.steps) - 1


def _idle(past: Sequence[CommandUse], profile: Profile) -> bool:
    """Whether ten runs in a row in this profile stayed far below its bounds; what was not measured proves nothing."""
    return len(past) == DOWN_RUNS and all(
        use.profile == profile.name
        and use.reason == "exit"
        and 0 < use.memory_bytes < DOWN_SHARE * profile.memory_bytes
        and use.wall_seconds < DOWN_SHARE * profile.wall_seconds
        for use in past
    )


def p95(values: Sequence[float]) -> float:
    """The value that 95 % do not exceed; 0 of nothing."""
    ordered = sorted(values)
    return ordered[math.ceil(0.95 * len(ordered)) - 1] if ordered else 0.0


def remembered(past: Sequence[CommandUse], new: Sequence[CommandUse]) -> list[CommandUse]:
    """The last of both, oldest first, figures rounded as they are stored."""
    rounded = [
        replace(use, wall_seconds=round(use.wall_seconds, 3), cpu_seconds=round(use.cpu_seconds, 3)) for use in (*past, *new)
    ]
    return rounded[-KEPT:]
