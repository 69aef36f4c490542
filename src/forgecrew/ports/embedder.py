"""An embedder: texts to unit vectors whose dot product tells how near their meanings are.

A module `integrations/<name>/embedder.py` offers `connect(settings: EmbedderSettings) -> Embedder` (no I/O yet).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
else:  # numpy is large, and who only names an embedder does without
    Vectors = Any
"""One unit row per text: texts × dimension."""


@dataclass(frozen=True, slots=True)
class EmbedderSettings:
    """Where an embedder is and how to use it; a local one reads `folder`, one behind a server the rest.

    Some models want words before what is asked and before what is searched: `query_prefix`, `passage_prefix`. `tokens_max` is
    asked of the server when it is 0.
    """

    folder: Path
    url: str = ""
    name: str = ""
    api_key: str = ""
    timeout_seconds: float = 60.0
    query_prefix: str = ""
    passage_prefix: str = ""
    tokens_max: int = 0


@dataclass(frozen=True, slots=True)
class EmbedderProfile:
    """What an embedder gives. Vectors of two `model_id`s are never compared; longer texts are cut at `tokens_max`.

    `word_dimension` is 0 where single words have no vectors.
    """

    model_id: str
    dimension: int
    tokens_max: int
    word_dimension: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class WordVectors:
    """The telling words of one text, each with a unit row that knows its neighbours: words × word_dimension."""

    words: tuple[str, ...]
    rows: Vectors


class Embedder(Protocol):
    """One model that embeds."""

    async def profile(self) -> EmbedderProfile:
        """What it gives; loads or asks once. Raises ConfigError (absent, corrupt) and ModelUnavailable (retry)."""
        ...

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """One unit row per text, in their order; `query` for models that treat what is asked differently.

        No texts give an array of 0 × dimension. Raises as `profile` does; nothing is half done.
        """
        ...

    async def embed_words(self, texts: Sequence[str]) -> list[WordVectors]:
        """The words of each text, in their order; an empty list where `word_dimension` is 0. Raises as `profile` does."""
        ...

    async def close(self) -> None:
        """Give memory and connections back."""
        ...
