"""Finds the strongest means that really work here, by running a sandbox with them."""

from pathlib import Path

from forgecrew.core.command import Command
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.integrations.bubblewrap.advice import advice
from forgecrew.integrations.bubblewrap.footing import Footing
from forgecrew.integrations.bubblewrap.leftovers import trial
from forgecrew.integrations.bubblewrap.machine import Machine
from forgecrew.integrations.bubblewrap.means import look, weaker
from forgecrew.sandboxing.box import Box

_CHECK = r"""set -e
test "$(grep -c : /proc/net/dev)" = 1
test "$HOME" = /tmp/home && test -w "$HOME"
touch mark && rm mark
grep Seccomp: /proc/self/status
"""
_TRIALS = 2  # each: a machine that is busy for a moment must not be taken for a weak one


async def strongest(folder: Path, cgroups: bool, own_uid: bool) -> Machine:
    """The means with which a sandbox ran. Raises SandboxUnavailable with the command that mends it."""
    reasons: list[str] = []
    for machine in weaker(look(folder, cgroups=cgroups, own_uid=own_uid)):
        for _ in range(_TRIALS):
            try:
                await _try(machine, folder)
            except SandboxUnavailable as error:
                reasons.append(str(error))
            else:
                return machine
    raise SandboxUnavailable(advice(reasons[0]))


async def _try(machine: Machine, folder: Path) -> None:
    footing = Footing(machine, "probe", keep=False)
    async with trial(folder, machine) as home:
        try:
            ground = footing.fresh(SandboxSpec("probe", profile=Profile(wall_seconds=20)), home, set())
            await ground.make()
            result = await Box(ground).exec(Command(("sh", "-c", _CHECK)))
        finally:
            await footing.leave()
    if not result.ok or (machine.seccomp and not result.text.endswith("2\n")):
        raise SandboxUnavailable(f"a trial sandbox ended with {result.reason} {result.exit_code}: {result.text[-300:].strip()}")
