"""Section [work]: how much is done at once, and how long its traces are kept."""

from dataclasses import dataclass, field

from forgecrew.app.sections.bounds import within


@dataclass(frozen=True, slots=True)
class WorkSettings:
    """How much is done at once."""

    parallel: int = field(default=2, metadata=within(1, 64))
    """Runs that one `forgecrew work` does at the same time."""
    versions_days: int = field(default=90, metadata=within(0, 36_500))
    """Days after which versions of files that ended tasks changed, and bytes that nothing refers to, are removed; 0: never."""
    versions_per_file: int = field(default=200, metadata=within(2, 100_000))
    """Versions of one file of a task; the oldest go first. How it was at the start, and what was restored, stay."""
