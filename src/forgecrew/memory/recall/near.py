"""What a search by meaning hands on."""

from collections.abc import Sequence
from dataclasses import dataclass

from forgecrew.ports.embedder import Vectors

ARM_MAX = 100
"""So many texts any search brings."""


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """The question as one unit row, chunks that were near it a second ago at most, and whose vectors they are compared by."""

    vector: Vectors
    ids: Sequence[int]
    model_id: str
