"""What is ranked and what it is ranked for."""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from forgecrew.ports.embedder import WordVectors

Vector = NDArray[Any]
Features = NDArray[Any]
"""Candidates × features."""


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """One text that may be recalled, with what is known about it.

    `thread` and `place` say where it stands: a comment in its issue, a turn in its conversation. `date` is written as people
    write it ("8 May 2023"), as questions name dates in words. `shown` describes what came with the text: a picture, a file.
    `vector` is None until the text is embedded, `words` where the embedder gives none.
    """

    text: str
    thread: str = ""
    place: int = 0
    author: str = ""
    date: str = ""
    shown: str = ""
    vector: Vector | None = None
    words: WordVectors | None = None

    def embedded_as(self) -> str:
        """The text that its vectors are made of."""
        said = f"{self.author}: {self.text}" if self.author else self.text
        return f"{said} [shares {self.shown}]" if self.shown else said


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is asked, in words and as vectors of the same embedder."""

    text: str
    vector: Vector | None = None
    words: WordVectors | None = None
