"""Searching chunks by their words: the rare terms of a question alone, ranked by BM25, inside a scope."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.memory.query_terms import query_terms
from forgecrew.store.queries import full_text

TERMS_MAX = 12
DOCUMENT_SHARE_MAX = 0.05
PRUNED_FROM = 400
"""In a smaller memory no term is left out for being frequent: five percent of it are too few to tell."""


@dataclass(frozen=True, slots=True)
class TextHit:
    """One chunk and its BM25 score; higher is better."""

    chunk_id: int
    score: float


async def search_text(connection: AsyncConnection, scope: Scope, question: str, *, limit: int = 100) -> list[TextHit]:
    """The best chunks that the scope allows, best first; empty when the question has no telling word."""
    total = await full_text.total(connection)
    documents = await full_text.documents_of(connection, query_terms(question), total=total)
    most = total * DOCUMENT_SHARE_MAX if total > PRUNED_FROM else total
    rare = sorted((count, term) for term, count in documents.items() if 0 < count <= most)
    wanted = {term: count for count, term in rare[:TERMS_MAX]}
    if not wanted:
        return []
    found = await full_text.search(connection, scope, wanted, total=total, limit=limit)
    return [TextHit(chunk_id, score) for chunk_id, score in found]
