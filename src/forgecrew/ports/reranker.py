"""A reranker: how well each of a few texts answers a query, read together with it.

A module `integrations/<name>/reranker.py` offers `connect(settings: EmbedderSettings) -> Reranker` (no I/O yet).
"""

from collections.abc import Sequence
from typing import Protocol


class Reranker(Protocol):
    """One model that compares texts with a query."""

    async def rank(self, query: str, texts: Sequence[str], *, timeout_seconds: float) -> list[float]:
        """One score per text, in their order, higher is better; scores of two queries are not comparable.

        Raises ModelUnavailable when it does not answer in time or at all (go on with the order you have) and ConfigError.
        """
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...
