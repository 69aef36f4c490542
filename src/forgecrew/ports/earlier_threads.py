"""What a run may know of earlier issues that are likely about the same thing as a new one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Earlier:
    """One earlier issue or pull request of the same repository, with what both hold."""

    number: int
    title: str
    body: str
    reasons: tuple[str, ...] = ()


class EarlierThreads(Protocol):
    """The memory of one run, inside what the run may read without becoming less trusted."""

    async def likely(self, number: int, title: str, body: str) -> Sequence[Earlier]:
        """Those that are likely enough to be looked at by a model, the likeliest first; none when memory does not answer."""
        ...
