"""One command with what fits it: chosen by what it used before, run again with more where that is safe."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from forgecrew.core.command import Command, Result
from forgecrew.core.command_shape import shape_of
from forgecrew.core.command_use import CommandUse, choose
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.kernel.climbing import advise
from forgecrew.kernel.fitting import Fitting
from forgecrew.kernel.sandbox_board import Seen

Once = Callable[[Command, Profile], Awaitable[Result]]
"""Runs it one time within a profile."""


async def fitted(spec: SandboxSpec, seen: Seen, fitting: Fitting, command: Command, once: Once) -> Result:
    """What the last try gave; `note` of the result tells of the others. The command's timeout is for all tries."""
    shape, notes, used = shape_of(command.argv), list[str](), 0.0
    climbs = command.profile is None and fitting.ladder.index(spec.profile.name) >= 0
    profile = command.profile or spec.profile
    if climbs:
        profile = choose(fitting.ladder, profile, await fitting.history.recent(spec.owner, shape))
    while True:
        left = None if command.timeout_seconds is None else max(command.timeout_seconds - used, 0.1)
        result = await once(replace(command, profile=profile, timeout_seconds=left), profile)
        fitting.history.note(spec.owner, shape, CommandUse.of(result, profile))
        if not climbs:
            return result
        used += result.wall_seconds
        left = None if command.timeout_seconds is None else command.timeout_seconds - used
        steps = fitting.board.steps(seen)
        advice = advise(result, profile, fitting.ladder, argv=command.argv, steps=steps, seconds_left=left)
        seen.steps += advice.counts
        notes += [advice.note] if advice.note else []
        if advice.again is None:
            return replace(result, note=" ".join(notes))
        profile = advice.again
