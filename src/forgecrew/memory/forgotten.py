"""What forgetting has done: rows removed and rows left."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Forgotten:
    """How many rows went, by table (`event`: payloads emptied in part or whole), and how many are left: none."""

    removed: dict[str, int] = field(default_factory=dict[str, int])
    left: dict[str, int] = field(default_factory=dict[str, int])

    def add(self, counts: dict[str, int]) -> None:
        """Count more rows as removed."""
        for name, count in counts.items():
            self.removed[name] = self.removed.get(name, 0) + count
