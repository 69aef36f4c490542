"""What a search by meaning is, however it is done."""

from collections.abc import Sequence
from typing import Protocol

from forgecrew.core.scope import Scope
from forgecrew.ports.embedder import Vectors


class VectorIndex(Protocol):
    """Searches the vectors of one model."""

    model_id: str

    async def search(self, query_vector: Vectors, scope: Scope, limit: int) -> list[tuple[int, float]]:
        """(chunk id, cosine) of the nearest live chunks, best first; nothing outside the scope, whole as
        `store.queries.scoped.visible` applies it (readers, repositories and trust).

        `query_vector` is one unit row of the model's dimension.
        """
        ...

    async def candidates(self, query_vector: Vectors, scope: Scope, limit: int) -> Sequence[int]:
        """Ids of about the `limit` nearest, about best first, as they were up to a second ago.

        For one who asks the database about them anyway: a chunk among them may have gone or changed hands since.
        """
        ...
