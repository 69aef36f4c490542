"""One sandbox: commands in it, files of its workspace, and its end, over the ground that a backend gives it."""

from pathlib import Path

from forgecrew.core.command import Command, Result
from forgecrew.core.sandbox import Profile
from forgecrew.core.sandbox_use import SandboxUse
from forgecrew.sandboxing import files
from forgecrew.sandboxing.cells import Cells
from forgecrew.sandboxing.ground import Ground
from forgecrew.sandboxing.live import Live
from forgecrew.sandboxing.run import OnOutput, run
from forgecrew.sandboxing.service import Running
from forgecrew.sandboxing.services import Services
from forgecrew.sandboxing.wish import Bounds, Wish


class Box:
    """See ports/sandbox.py. `uid` is the host's user id that its commands have; None where it is our own."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.spec, self.uid = ground.spec, ground.uid
        self._live = Live(ground)
        self._services = Services(self._live)
        self._cells = Cells(self._live, self.spec)

    @property
    def workspace(self) -> Path:
        """The folder that is /workspace inside."""
        return self._ground.workspace

    async def exec(self, command: Command, on_output: OnOutput | None = None) -> Result:
        """Run one command to its end; a cancelled call kills the whole tree."""
        profile = command.profile or self.spec.profile
        bounds = Bounds(_seconds(command.timeout_seconds, profile), profile.output_bytes)
        async with self._live.begun(Wish(command, profile, bounds.timeout_seconds, gate=bool(self.spec.doors))) as (begun, _):
            return await run(begun, command.stdin, bounds, self._live.watch, on_output)

    async def cell(self, code: str, *, timeout_seconds: float | None = None, on_output: OnOutput | None = None) -> Result:
        """Run Python in a fresh fork of a warm interpreter; files persist, variables do not."""
        self._ground.check()
        profile = self.spec.profile
        return await self._cells.cell(code, Bounds(_seconds(timeout_seconds, profile), profile.output_bytes), on_output)

    async def start(self, command: Command, on_output: OnOutput | None = None) -> Running:
        """Start a command that goes on; its timeout, when it has one, is its time to live."""
        return await self._services.start(command, command.profile or self.spec.profile, on_output)

    async def use(self) -> SandboxUse:
        """What it uses now, and what has passed its doors."""
        self._ground.check()
        return await self._live.use()

    async def read(self, path: str, *, bytes_max: int = 1 << 20) -> bytes:
        """A regular file beneath the workspace, links refused. Raises TellModel when absent, too large or not a file."""
        return await files.read(self._ground, path, bytes_max)

    async def write(self, path: str, content: bytes) -> None:
        """Replace or make a file beneath the workspace, atomically, with its folders. Raises TellModel when refused."""
        await files.write(self._ground, path, content)

    async def destroy(self) -> None:
        """Kill what runs and remove everything; twice is fine."""
        self._live.kill()
        await self._services.stop()
        await self._cells.close()
        await self._live.ended()
        await self._ground.forget()
        await self._ground.remove()


def _seconds(wanted: float | None, profile: Profile) -> float:
    return min(wanted or profile.wall_seconds, profile.wall_seconds)
