"""Whether a command that was cut off is run again with more, and what is said about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from forgecrew.core.command import Reason, Result
from forgecrew.core.command_shape import repeatable
from forgecrew.core.command_use import STEPS_MAX, CommandUse, hangs, larger, too_small
from forgecrew.core.profiles import Ladder
from forgecrew.core.sandbox import Profile

_SHORT: dict[Reason, str] = {
    "oom": "ran out of memory", "pids": "ran out of processes", "disk": "ran out of disk", "timeout": "was cut off at work",
}  # fmt: skip
_HANG = (
    "It used {share:.0%} of its processor time: it waited for something, such as an endless wait, a lock, input, or a network "
    "that is not there. More time would not help."
)


@dataclass(frozen=True, slots=True)
class Advice:
    """`again` is the profile to run it with once more, `counts` whether this uses up one of the task's steps."""

    again: Profile | None = None
    note: str = ""
    counts: bool = False


def advise(
    result: Result, profile: Profile, ladder: Ladder, *, argv: Sequence[str], steps: int, seconds_left: float | None
) -> Advice:
    """What to do about a result in a profile.

    Run again at once is only what is safe to run twice (see `repeatable`); for the rest the next try begins with more and the
    note says so. `steps` are those that the task has had, `seconds_left` is what its caller still waits.
    """
    use = CommandUse.of(result, profile)
    if hangs(use, profile):
        return Advice(note=_HANG.format(share=use.cpu_share(profile) or 0.0))
    if not too_small(use, profile):
        return Advice()
    wider = larger(ladder, profile, result.reason)
    if wider is None:
        return Advice(note=f"This was with the largest profile, {words(profile)}: it must need less.")
    if steps >= STEPS_MAX:
        return Advice(note=f"This was with {words(profile)}; this task was given more twice and is not given more again.")
    short = _SHORT[result.reason]
    if not repeatable(argv):
        note = f"It {short} with {words(profile)}. It may have changed files and was not run again: "
        return Advice(note=f"{note}the next try has {words(wider)}.", counts=True)
    if not _worth(result, profile, wider, seconds_left):
        return Advice(note=f"It {short} with {words(profile)}: the next try has {words(wider)}.", counts=True)
    return Advice(wider, f"It {short} with {words(profile)} and was run again with {words(wider)}.", counts=True)


def words(profile: Profile) -> str:
    """A profile for people: `medium (1024 MiB, 1 core, 256 processes, 120 s)`."""
    cores = f"{profile.cpu:g} core{'' if profile.cpu == 1 else 's'}"
    return f"{profile.name} ({profile.memory_bytes >> 20} MiB, {cores}, {profile.pids} processes, {profile.wall_seconds:g} s)"


def _worth(result: Result, profile: Profile, wider: Profile, seconds_left: float | None) -> bool:
    """Whether the time that is left is enough to get further than the try before."""
    seconds = min(wider.wall_seconds, wider.wall_seconds if seconds_left is None else seconds_left)
    if result.reason == "timeout":
        return seconds * wider.cpu > result.wall_seconds * profile.cpu * 1.2
    return seconds * wider.cpu > result.wall_seconds * profile.cpu
