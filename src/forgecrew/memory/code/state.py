"""One branch of a repository made ready for ranking: its sources with their words, pieces and vectors, and its past changes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from forgecrew.memory.code.contents import Part
from forgecrew.memory.ranking.code import CodeFiles

_NAME = re.compile(r"[A-Za-z]\w*(?:_|[a-z0-9][A-Z])\w*|_\w+")
"""A word that is surely an identifier: it holds an underscore or a capital inside."""


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Files in the order of the rows of features; `embedded` is the share of their pieces that have a vector."""

    commit: str
    paths: Sequence[str]
    files: CodeFiles
    parts: Sequence[tuple[Part, ...]]
    embedded: float

    def best_parts(self, place: int, question: str, *, limit: int) -> list[Part]:
        """The pieces of one file that fit a question best, those that it names first; none that shares no word with it."""
        parts, told = self.parts[place], frozenset(_NAME.findall(question))
        scores = self.files.pieces_of(place, question)
        named = [part.name.rpartition(".")[2] in told for part in parts]
        order = sorted(range(len(parts)), key=lambda at: (not named[at], -float(scores[at])))
        return [parts[at] for at in order if scores[at] > 0 and parts[at].kind != "module"][:limit]
