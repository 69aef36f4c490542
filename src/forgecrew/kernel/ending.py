"""How one run ends: with a result, or with another attempt later."""

from dataclasses import dataclass

from forgecrew.core.outcome import RunResult


@dataclass(frozen=True, slots=True)
class Ending:
    """A result, or with `postpone_seconds` another attempt at the task later."""

    result: RunResult
    postpone_seconds: float | None = None
