"""What a sandbox asks of its backend for one command, and how far that may go."""

from dataclasses import dataclass

from forgecrew.core.command import Command
from forgecrew.core.sandbox import Profile


@dataclass(frozen=True, slots=True)
class Wish:
    """A command that is to begin. `gate`: it begins behind a gate, which `stays` so that the host reaches its ports.

    `streams`: its standard input stays open. `timeout_seconds` is for limits of its processes; None sets none.
    """

    command: Command
    profile: Profile
    timeout_seconds: float | None
    gate: bool = False
    stays: bool = False
    streams: bool = False


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long a command may take and how much of its output is kept; a service may be endless in both."""

    timeout_seconds: float | None
    output_bytes: int
    endless: bool = False
