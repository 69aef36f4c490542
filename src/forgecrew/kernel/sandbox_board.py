"""The sandboxes of this process as they are now: who runs what in which; kept in memory, shown by `sandbox_watch.py`."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from forgecrew.core.moment import utc_now
from forgecrew.core.sandbox import Profile
from forgecrew.core.sandbox_use import SandboxUse
from forgecrew.core.sandbox_view import SandboxState, SandboxView
from forgecrew.kernel.output_lines import OutputLines
from forgecrew.ports.sandbox import Sandbox

COMMAND_CHARACTERS_MAX = 300


@dataclass(slots=True, eq=False)
class Seen:
    """One sandbox. `rank` is its place where commands wait for room; `steps` how often its task was given more."""

    sandbox: Sandbox
    task_id: int | None = None
    rank: int = 0
    steps: int = 0
    command: str = ""
    commands: int = 0
    running: int = 0
    waiting: int = 0
    changed: bool = True
    profile: Profile | None = None
    use: SandboxUse = field(default_factory=SandboxUse)
    cpu: float | None = None
    created_at: datetime = field(default_factory=utc_now)
    output: OutputLines = field(default_factory=OutputLines)

    @property
    def state(self) -> SandboxState:
        """What it does."""
        return "running" if self.running else "waiting" if self.waiting else "idle"

    @contextmanager
    def asked(self, command: str, profile: Profile) -> Generator[None]:
        """While a command waits for room and runs."""
        self.command, self.profile, self.changed = command[:COMMAND_CHARACTERS_MAX], profile, True
        self.waiting += 1
        try:
            yield
        finally:
            self.waiting -= 1
            self.changed = True

    @contextmanager
    def runs(self) -> Generator[None]:
        """While a command runs, inside of `asked`."""
        self.begun()
        try:
            yield
        finally:
            self.ended()

    def begun(self) -> None:
        """A command has room now."""
        self.waiting, self.running, self.commands, self.changed = self.waiting - 1, self.running + 1, self.commands + 1, True

    def ended(self) -> None:
        """A command has ended; its caller is still in `asked`."""
        self.waiting, self.running, self.changed = self.waiting + 1, self.running - 1, True

    def keep_what_stays(self) -> None:
        """Nothing runs: of what it used only the disk and the bytes through its doors stay."""
        self.cpu = None
        self.use = SandboxUse(disk_bytes=self.use.disk_bytes, bytes_in=self.use.bytes_in, bytes_out=self.use.bytes_out)

    def view(self, worker_id: str) -> SandboxView:
        """As people see it."""
        spec, bounds = self.sandbox.spec, self.profile or self.sandbox.spec.profile
        doors = len(spec.doors)
        return SandboxView(
            id=spec.id, owner=spec.owner, worker_id=worker_id, profile=bounds.name,
            bounds=(bounds.memory_bytes, bounds.cpu, bounds.pids, bounds.disk_bytes), task_id=self.task_id,
            network=f"{doors} door{'s' if doors > 1 else ''}" if doors else "none", state=self.state, command=self.command,
            commands=self.commands, steps=self.steps, cpu=self.cpu, memory_bytes=self.use.memory_bytes,
            processes=self.use.processes, disk_bytes=self.use.disk_bytes, bytes_in=self.use.bytes_in,
            bytes_out=self.use.bytes_out, lines=tuple(self.output.lines),
            lines_end=self.output.end, created_at=self.created_at,
        )  # fmt: skip


class SandboxBoard:
    """All of this process, by id."""

    def __init__(self) -> None:
        self.seen: dict[str, Seen] = {}
        self.gone: set[str] = set()

    def put(self, id: str, seen: Seen) -> Seen:
        """A sandbox that was made or found; the one known under this id when there is one."""
        self.gone.discard(id)
        return self.seen.setdefault(id, seen)

    def drop(self, id: str) -> None:
        """A sandbox that is no more."""
        if self.seen.pop(id, None) is not None:
            self.gone.add(id)

    def steps(self, one: Seen) -> int:
        """How often the sandboxes of the same task were given more, by this process or before."""
        return sum(
            other.steps for other in self.seen.values() if other is one or (one.task_id and other.task_id == one.task_id)
        )
