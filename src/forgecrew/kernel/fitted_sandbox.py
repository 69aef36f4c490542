"""A sandbox whose commands get the resources that fit them: chosen by what they used before, more when it was too little."""

from collections.abc import Callable
from dataclasses import dataclass, field

from forgecrew.core.command import Command, Result
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.core.sandbox_use import SandboxUse
from forgecrew.kernel.fitted_command import fitted
from forgecrew.kernel.fitting import Fitting
from forgecrew.kernel.held_service import HeldService
from forgecrew.kernel.sandbox_board import Seen
from forgecrew.ports.sandbox import Sandbox

OnOutput = Callable[[bytes], None]


@dataclass(slots=True, eq=False)
class FittedSandbox:
    """Implements ports.sandbox.Sandbox around another one.

    A command that names a profile gets that one; so do all commands of a sandbox whose own profile is no step of the ladder.
    """

    inner: Sandbox
    seen: Seen
    fitting: Fitting
    spec: SandboxSpec = field(init=False)

    def __post_init__(self) -> None:
        self.spec = self.inner.spec

    async def exec(self, command: Command, on_output: OnOutput | None = None) -> Result:
        """Run a command, again with more where that is safe; `note` of the result tells. Its timeout is for all tries."""
        return await fitted(
            self.spec, self.seen, self.fitting, command, lambda tried, profile: self._once(tried, profile, on_output)
        )

    async def cell(self, code: str, *, timeout_seconds: float | None = None, on_output: OnOutput | None = None) -> Result:
        """Run Python in the warm interpreter, with the sandbox's own profile."""
        profile = self.spec.profile
        with self.seen.asked(f"python: {code.strip()}", profile):
            async with self.fitting.admission.room(profile.memory_bytes, self.seen.rank):
                with self.seen.runs():
                    return await self.inner.cell(code, timeout_seconds=timeout_seconds, on_output=self._tee(on_output))

    async def start(self, command: Command, on_output: OnOutput | None = None) -> HeldService:
        """Start a command that goes on; it has its room on the machine until it ends."""
        profile = command.profile or self.spec.profile
        with self.seen.asked(_shown(command), profile):
            held = await self.fitting.admission.enter(profile.memory_bytes, self.seen.rank)
            try:
                service = await self.inner.start(command, self._tee(on_output))
            except BaseException:
                held.leave()
                raise
        return HeldService(service, held, self.seen)

    async def use(self) -> SandboxUse:
        """What it uses now."""
        return await self.inner.use()

    async def read(self, path: str, *, bytes_max: int = 1 << 20) -> bytes:
        """A regular file beneath the workspace, links refused. Raises TellModel when absent, too large or not a file."""
        return await self.inner.read(path, bytes_max=bytes_max)

    async def write(self, path: str, content: bytes) -> None:
        """Replace or make a file beneath the workspace, atomically, with its folders. Raises TellModel when refused."""
        await self.inner.write(path, content)

    async def destroy(self) -> None:
        """Remove everything; twice is fine."""
        await self.inner.destroy()
        self.fitting.board.drop(self.spec.id)

    async def _once(self, command: Command, profile: Profile, on_output: OnOutput | None) -> Result:
        with self.seen.asked(_shown(command), profile):
            async with self.fitting.admission.room(profile.memory_bytes, self.seen.rank):
                with self.seen.runs():
                    return await self.inner.exec(command, self._tee(on_output))

    def _tee(self, on_output: OnOutput | None) -> OnOutput:

        def tee(block: bytes) -> None:
            self.seen.output.feed(block)
            self.seen.changed = True
            if on_output is not None:
                on_output(block)

        return tee


def _shown(command: Command) -> str:
    """A command as people see it: of a shell the script alone."""
    words = command.argv[2:3] if command.argv[1:2] == ("-c",) else command.argv
    return " ".join(words).strip()
