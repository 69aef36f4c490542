"""What indexing a branch did, as people and logs are told."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Indexed:
    """What was done: sources in the difference, contents that had to be read, texts that wait for vectors, commits."""

    ref: str
    commit: str
    files: int = 0
    gone: int = 0
    read: int = 0
    texts: int = 0
    commits: int = 0
    skipped: dict[str, int] = field(default_factory=dict[str, int])


Tell = Callable[[Indexed], None]
