"""Section [work]: how much is done at once."""

from dataclasses import dataclass, field

from forgecrew.app.sections.bounds import within


@dataclass(frozen=True, slots=True)
class WorkSettings:
    """How much is done at once."""

    parallel: int = field(default=2, metadata=within(1, 64))
    """Runs that one `forgecrew work` does at the same time."""
