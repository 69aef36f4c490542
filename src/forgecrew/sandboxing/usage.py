"""What a command has used, as its control groups count it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Counters of one moment; zeros where they cannot be read."""

    oom_kills: int = 0
    forks_refused: int = 0
    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0

    def since(self, before: "Usage") -> "Usage":
        """What was counted after `before`; the peak of memory is the one of all the time."""
        return Usage(
            self.oom_kills - before.oom_kills, self.forks_refused - before.forks_refused,
            self.cpu_seconds - before.cpu_seconds, self.peak_memory_bytes,
        )  # fmt: skip
