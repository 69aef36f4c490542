"""In how many chunks each term of a question occurs; counts of frequent terms are kept for some minutes.

They take longest to count, every question has some, and a few more texts change them little.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.memory.query_terms import query_terms
from forgecrew.store.queries import full_text

FREQUENT = 1_000
KEPT_SECONDS = 600.0
KEPT_MAX = 5_000
GROWN = 1.1
"""A count is taken anew when the memory has grown by so much."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The terms of one question by the number of chunks that hold them, out of about `total`."""

    total: int
    documents: Mapping[str, int]


class TermCounts:
    """One per process and database, or a fresh one for exact numbers."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, int, int]] = {}

    async def of(self, connection: AsyncConnection, question: str) -> Counted:
        """Of all words of a question that can find something."""
        total, now = await full_text.total(connection), time.monotonic()
        terms = query_terms(question)
        known = {term: count for term in terms if (count := self._known(term, total, now)) is not None}
        fresh = await full_text.documents_of(connection, [term for term in terms if term not in known], total=total)
        if len(self._kept) > KEPT_MAX:
            self._kept.clear()
        self._kept |= {term: (now, total, fresh[term]) for term in terms if fresh.get(term, 0) >= FREQUENT}
        return Counted(total, known | fresh)

    def _known(self, term: str, total: int, now: float) -> int | None:
        at, of, count = self._kept.get(term, (-KEPT_SECONDS, 0, 0))
        return count if now - at < KEPT_SECONDS and total <= of * GROWN else None
