"""What is ranked when code is looked for: files with their pieces, past changes, and the question; names of the features."""

from collections import Counter
from dataclasses import dataclass

from forgecrew.memory.ranking.passage import Vector

NAMES = (
    "words", "pieces", "meaning", "path", "past", "title_words", "title_pieces", "title_meaning", "coverage", "piece_coverage",
    "names", "together", "recent", "title_path", "title_subjects", "names_whole", "path_told", "stem_told", "is_init",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A function, a class head or a module head: its words (`code_words`) and its vector where it is embedded."""

    words: Counter[str]
    vector: Vector | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SourceFile:
    """One file: all its words, the names that it defines in lower case, its pieces."""

    path: str
    words: Counter[str]
    names: frozenset[str]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PastChange:
    """One earlier commit: the words of its subject, the files that it touched. Given newest first."""

    words: tuple[str, ...]
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CodeQuestion:
    """A report: its whole text, its first line being the title, with the vectors of both."""

    text: str
    vector: Vector | None = None
    title_vector: Vector | None = None

    @property
    def title(self) -> str:
        """The first line."""
        return self.text.strip().partition("\n")[0]
