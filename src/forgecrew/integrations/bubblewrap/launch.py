"""Turns a command into what a launcher needs: the options of bwrap, the script that ends in it, and the one inside."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from forgecrew.core.sandbox import SandboxSpec
from forgecrew.integrations.bubblewrap import argv, launcher
from forgecrew.integrations.bubblewrap.limits import rlimits
from forgecrew.integrations.bubblewrap.machine import Machine
from forgecrew.integrations.bubblewrap.places import Place, needs_stage, places, staged
from forgecrew.sandboxing.inner import WORKSPACE
from forgecrew.sandboxing.wish import Wish


@dataclass(frozen=True, slots=True)
class Plan:
    """How the commands of one sandbox are launched. `staged`: its folders lie where its user may not pass (see userns.py)."""

    spec: SandboxSpec
    uid: int | None
    machine: Machine
    shown: Sequence[Place]
    staged: bool

    @classmethod
    def of(cls, spec: SandboxSpec, workspace: Path, uid: int | None, machine: Machine) -> "Plan":
        """Look at the folders."""
        shown = places(spec, workspace)
        return cls(spec, uid, machine, shown, staged=needs_stage(shown, uid))

    def options(self) -> bytes:
        """For `bwrap --args`."""
        shown = staged(self.shown) if self.staged else self.shown
        options = argv.bwrap_options(self.spec, shown, filtered=self.machine.seccomp)
        return b"".join(os.fsencode(option) + b"\0" for option in options)

    def start_script(self, join: Sequence[str] = (), enter: Sequence[str] = ()) -> bytes:
        """For the launcher. `join` are files of groups that it has not joined yet, `enter` words that start it in one."""
        stage = self.shown if self.staged else ()
        return os.fsencode(launcher.script([*enter, self.machine.bwrap], join=join, stage=stage, uid=self.uid))

    def command_script(self, wish: Wish) -> bytes:
        """For the shell that waits inside."""
        memory = self.machine.hierarchy is None or "memory" not in self.machine.hierarchy.folders
        command = wish.command
        line = argv.behind_gate(command.argv, self.spec.doors, stays=wish.stays) if wish.gate else command.argv
        return os.fsencode(
            launcher.command_script(
                line,
                limits=rlimits(self.spec.profile, wish.timeout_seconds, memory=memory),
                environment=command.env,
                folder=f"{WORKSPACE}/{command.cwd}",
                stdin=wish.streams or bool(command.stdin),
                channel=wish.gate,
            )
        )
