"""Where the containers of one sandbox run: its folder, its user ids."""

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.removal import remove_folder
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.sandbox_record import Record, save
from forgecrew.integrations.podman.arguments import Plan
from forgecrew.integrations.podman.container import Container
from forgecrew.integrations.podman.launched import Launched
from forgecrew.integrations.podman.script import command_script
from forgecrew.sandboxing.inner import INNER_ID
from forgecrew.sandboxing.wish import Wish


@dataclass(frozen=True, slots=True)
class Ground:
    """A sandbox at `<folder>/<id>`: spec.json and the workspace."""

    plan: Plan
    quota: bool = False

    @property
    def spec(self) -> SandboxSpec:
        """What it was made from."""
        return self.plan.spec

    @property
    def workspace(self) -> Path:
        """The folder that is /workspace inside."""
        return self.plan.workspace

    @property
    def uid(self) -> int | None:
        """The host's user id that its commands have; None where the engine's choice is the caller's own."""
        if self.plan.first_id is not None:
            return self.plan.first_id + INNER_ID
        return INNER_ID if self.plan.engine.rootful and os.geteuid() == 0 else None

    def make(self) -> None:
        """Make the workspace, which belongs to the sandbox's user alone; what lies above it can only be passed through."""
        self.workspace.mkdir(parents=True, exist_ok=True)
        for passed in (self.plan.folder.parent, self.plan.folder):
            passed.chmod(0o711)
        if self.uid is not None:
            os.chown(self.workspace, self.uid, self.uid)
        self.workspace.chmod(0o700)
        save(self.plan.folder, Record(self.spec, self.plan.first_id))

    def check(self) -> None:
        """Raises SandboxUnavailable where it has been removed."""
        if not self.workspace.is_dir():
            raise SandboxUnavailable(f"sandbox {self.spec.id} has been removed; create it again")

    @contextlib.asynccontextmanager
    async def begin(self, wish: Wish) -> AsyncGenerator[Launched]:
        """A container whose launcher has been given the command."""
        container = Container(self.plan, wish.profile, gate=wish.gate)
        launched = Launched(container, gate=wish.gate)
        try:
            await container.start()
            if wish.streams:
                await container.found()
            await launched.write(command_script(self.spec, wish))
            yield launched
        finally:
            await asyncio.shield(launched.end())

    async def forget(self) -> None:
        """None waits."""

    async def remove(self) -> None:
        """Remove the folder."""
        await remove_folder(self.plan.folder)
