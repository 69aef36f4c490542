"""Letting a reranker look once more at the best, within a bounded time; without one the order stays as it is."""

import logging
from collections.abc import Sequence

from forgecrew.core.errors import ForgecrewError
from forgecrew.memory.recall.asked import Asked, Candidate
from forgecrew.ports.reranker import Reranker

log = logging.getLogger(__name__)

BEST = 30
CHARACTERS_MAX = 1_000


async def reranked(
    reranker: Reranker | None, ordered: Sequence[Candidate], asked: Asked, *, timeout_seconds: float
) -> list[Candidate]:
    """The best thirty in the reranker's order, the others behind them."""
    best, rest = list(ordered[:BEST]), list(ordered[BEST:])
    if reranker is None or len(best) < 2:
        return [*best, *rest]
    texts = [asked.clean(one.chunk.text)[:CHARACTERS_MAX] for one in best]
    try:
        scores = await reranker.rank(asked.text[:CHARACTERS_MAX], texts, timeout_seconds=timeout_seconds)
    except ForgecrewError as error:
        log.info("recall goes on without the reranker: %s", error)
        return [*best, *rest]
    order = sorted(range(len(best)), key=lambda place: -scores[place])
    return [*(best[place] for place in order), *rest]
