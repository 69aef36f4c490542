"""Searching chunks by their words: the rare terms of a question alone, ranked by BM25, inside a scope."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.memory.term_counts import Counted, TermCounts
from forgecrew.store.queries import full_text

TERMS_MAX = 12
DOCUMENT_SHARE_MAX = 0.05
PRUNED_FROM = 400
"""In a smaller memory no term is left out for being frequent: five percent of it are too few to tell."""
MATCHES_MAX, TERMS_MIN = 20_000, 3
"""Beyond so many matches the more frequent of the terms are left out, but for the rarest three: each match has to be ranked."""


@dataclass(frozen=True, slots=True)
class TextHit:
    """One chunk and its BM25 score; higher is better."""

    chunk_id: int
    score: float


async def search_text(
    connection: AsyncConnection, scope: Scope, question: str, *, limit: int = 100, counted: Counted | None = None
) -> list[TextHit]:
    """The best chunks that the scope allows, best first; empty when the question has no telling word.

    `counted` are the counts of the question's terms, where somebody has them already.
    """
    counted = counted or await TermCounts().of(connection, question)
    wanted = _telling(counted)
    if not wanted:
        return []
    found = await full_text.search(connection, scope, wanted, total=counted.total, limit=limit)
    return [TextHit(chunk_id, score) for chunk_id, score in found]


def _telling(counted: Counted) -> dict[str, int]:
    """The rarest terms, and in how many chunks each occurs."""
    most = counted.total * DOCUMENT_SHARE_MAX if counted.total > PRUNED_FROM else counted.total
    rare = sorted((count, term) for term, count in counted.documents.items() if 0 < count <= most)
    wanted: dict[str, int] = {}
    for count, term in rare[:TERMS_MAX]:
        if len(wanted) >= TERMS_MIN and sum(wanted.values()) + count > MATCHES_MAX:
            break
        wanted[term] = count
    return wanted
