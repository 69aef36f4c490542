"""Full text by the words of each database: how frequent terms are, and the best chunks for some of them.

SQLite ranks by the BM25 of FTS5 (identifiers count half). PostgreSQL knows no BM25: its index picks the candidates by the
weights of the terms that they hold, and BM25 of the best of those is worked out here.
"""

import functools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.store.queries.scoped import visible
from forgecrew.store.tables.base import FLOAT
from forgecrew.store.tables.chunk import chunk

K1, B = 1.2, 0.75
CANDIDATES_PER_HIT = 4
_CAPPED = "(SELECT count(*) FROM (SELECT 1 FROM chunk_text WHERE chunk_text MATCH :term_{} LIMIT :most))"
_LEXEMES = sa.text(
    "SELECT asked.term, lexeme, coalesce(chunk_term.doc, 0) AS doc FROM unnest(CAST(:terms AS text[])) AS asked(term),"
    " LATERAL unnest(tsvector_to_array(to_tsvector('pg_catalog.english', asked.term))) AS lexeme"
    " LEFT JOIN chunk_term ON chunk_term.term = lexeme"
)
_COUNT = sa.text("SELECT count(*) FROM chunk_text WHERE words @@ CAST(:lexeme AS tsquery)")
_POSITIONS = sa.text(
    "SELECT chunk_id, lexeme, coalesce(array_length(positions, 1), 1) AS often FROM chunk_text, unnest(words)"
    " WHERE chunk_id = ANY(:ids) AND lexeme = ANY(:lexemes)"
)
TOKENS_USUAL = 120.0
"""Length of a chunk against which others count as long or short."""


async def total(connection: AsyncConnection) -> int:
    """About how many chunks there are: numbers are given in order, and few of them go again."""
    newest = await connection.execute(sa.select(sa.func.max(chunk.c.id)))
    return int(newest.scalar() or 0)


async def documents_of(connection: AsyncConnection, terms: Sequence[str], *, total: int) -> dict[str, int]:
    """In how many chunks each term occurs, stemmed as the index does; on SQLite counting stops above a twentieth of all."""
    if not terms:
        return {}
    if connection.dialect.name == "postgresql":
        return await _lexemes(connection, terms)
    quoted = {f"term_{nth}": f'"{term}"' for nth, term in enumerate(terms)}
    row = (await connection.execute(_counting(len(terms)), {**quoted, "most": max(total // 20 + 1, 401)})).one()
    return dict(zip(terms, row, strict=True))


@functools.cache
def _counting(terms: int) -> sa.TextClause:
    """All of them in one go: a statement takes longer to send than a rare word to count."""
    return sa.text("SELECT " + ", ".join(_CAPPED.format(nth) for nth in range(terms)))


async def search(
    connection: AsyncConnection, scope: Scope, documents: Mapping[str, int], *, total: int, limit: int
) -> list[tuple[int, float]]:
    """(chunk id, BM25) of the best live chunks that hold any of the terms, best first."""
    if connection.dialect.name == "postgresql":
        return await _search_postgres(connection, scope, documents, total=total, limit=limit)
    best = CANDIDATES_PER_HIT * limit
    found = await _search_sqlite(connection, scope, documents, limit=limit, best=best)
    if len(found) < limit and sum(documents.values()) > best:
        found = await _search_sqlite(connection, scope, documents, limit=limit, best=-1)
    return found


async def _search_sqlite(
    connection: AsyncConnection, scope: Scope, documents: Mapping[str, int], *, limit: int, best: int
) -> list[tuple[int, float]]:
    """Only the `best` of all texts (-1: all of them) are looked up in their table to see whether they may be shown."""
    words = " OR ".join(f'"{term}"' for term in documents)
    return [(id, -float(rank)) for id, rank in await connection.execute(_ranked(scope, limit, best), {"words": words})]


@functools.lru_cache(maxsize=64)
def _ranked(scope: Scope, limit: int, best: int) -> sa.Select[Any]:
    words = sa.table("chunk_text", sa.column("rowid", sa.BigInteger), sa.column("chunk_text"))
    rank: sa.Label[float] = sa.literal_column("bm25(chunk_text, 1.0, 0.5)", FLOAT).label("rank")
    matching = sa.literal_column("chunk_text").op("MATCH")(sa.bindparam("words"))
    ranked = sa.select(words.c.rowid, rank).where(matching).order_by(rank).limit(best).subquery()
    query = sa.select(ranked.c.rowid, ranked.c.rank).join(chunk, chunk.c.id == ranked.c.rowid)
    return query.where(chunk.c.live, visible(chunk, scope)).order_by(ranked.c.rank).limit(limit)


async def _lexemes(connection: AsyncConnection, terms: Sequence[str]) -> dict[str, int]:
    """By lexeme, since PostgreSQL is asked for those; a lexeme that was never counted is rare enough to count now."""
    found: dict[str, int] = {}
    for row in await connection.execute(_LEXEMES, {"terms": list(terms)}):
        if row.lexeme not in found:
            found[row.lexeme] = row.doc
    for lexeme in [lexeme for lexeme, doc in found.items() if not doc]:
        found[lexeme] = int((await connection.execute(_COUNT, {"lexeme": _quoted(lexeme)})).scalar_one())
    return found


async def _search_postgres(
    connection: AsyncConnection, scope: Scope, documents: Mapping[str, int], *, total: int, limit: int
) -> list[tuple[int, float]]:
    words = sa.table("chunk_text", sa.column("chunk_id"), sa.column("words"))
    idf = {lexeme: _idf(total, count) for lexeme, count in documents.items()}
    weight = sa.literal(0.0)
    for number, lexeme in enumerate(documents):
        holds = words.c.words.op("@@")(sa.cast(sa.bindparam(f"lexeme_{number}", _quoted(lexeme)), TSQUERY))
        weight = weight + sa.case((holds, idf[lexeme]), else_=0.0)
    any_of = sa.cast(sa.bindparam("any", " | ".join(map(_quoted, documents))), TSQUERY)
    query = (
        sa.select(chunk.c.id, chunk.c.tokens)
        .select_from(words.join(chunk, chunk.c.id == words.c.chunk_id))
        .where(words.c.words.op("@@")(any_of), chunk.c.live, visible(chunk, scope))
        .order_by((weight / (0.5 + chunk.c.tokens / (2 * TOKENS_USUAL))).desc(), chunk.c.id.desc())
        .limit(limit * CANDIDATES_PER_HIT)
    )
    tokens = {row.id: row.tokens for row in await connection.execute(query)}
    scores = dict.fromkeys(tokens, 0.0)
    for row in await connection.execute(_POSITIONS, {"ids": list(tokens), "lexemes": list(documents)}):
        length = 1 - B + B * tokens[row.chunk_id] / TOKENS_USUAL
        scores[row.chunk_id] += idf[row.lexeme] * row.often * (K1 + 1) / (row.often + K1 * length)
    return sorted(scores.items(), key=lambda one: (-one[1], -one[0]))[:limit]


def _idf(total: int, documents: int) -> float:
    return math.log(1 + (max(total, documents) - documents + 0.5) / (documents + 0.5))


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
