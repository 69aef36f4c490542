"""How likely a candidate has to do with the question at all: raw evidence, comparable between questions.

The weights are round numbers, checked on generated histories (`python -m benchmarks.recall_pack`): of questions whose answer is
not there, nine of ten and more get nothing from words alone.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from forgecrew.memory.chunking.unspaced import has_unspaced
from forgecrew.memory.query_terms import query_terms
from forgecrew.memory.ranking.abstain import Certainty
from forgecrew.memory.ranking.words import beginning, says, stem
from forgecrew.memory.recall.asked import Asked, Candidate
from forgecrew.memory.term_counts import Counted

CERTAINTY = Certainty(
    mean=(0.0, 0.0, 0.0, 0.0), spread=(1.0, 1.0, 1.0, 1.0), weights=(5.0, 2.0, 7.0, 4.0), offset=-4.0, threshold=0.45
)
"""Signs: share of the question's rare words, strength of the three rarest shared, nearness in meaning, reached by focus."""
COSINE_FROM = 0.25
"""Two texts about different things are mostly this near."""
KNOWN_MIN = 1.2
"""Words with less weight than this are in every third text and tell nothing."""
TOTAL_MIN = 30
"""A memory of fewer texts counts as one of so many: two of three texts with the same word do not make it a common one."""


NO_WORD = 0.3
"""Two letters of a script without spaces that stand together in no text: mostly the end of one word and the next one's."""


class Rarity:
    """How much each word of a question tells, by how many chunks of the whole memory hold it."""

    def __init__(self, total: int, documents: Mapping[str, int]) -> None:
        self.total = max(total, TOTAL_MIN)
        self._weights = {stem(term): self._weight(count) for term, count in documents.items()}

    def _weight(self, count: int) -> float:
        return math.log(1 + (max(self.total, count) - count + 0.5) / (count + 0.5))

    def of(self, text: str) -> dict[str, float]:
        """The telling words of a text, stemmed, each with its weight."""
        asked, unknown = dict.fromkeys(stem(term) for term in query_terms(text)), self._weight(0)
        found = {word: self._weights.get(word, unknown) for word in asked}
        for word in [word for word, weight in found.items() if weight >= unknown and has_unspaced(word)]:
            found[word] *= NO_WORD
        return {word: weight for word, weight in found.items() if weight >= KNOWN_MIN}


@dataclass(frozen=True, slots=True)
class Telling:
    """The telling words of one question, each with its weight; `wanted` are those of `asked.text` itself."""

    wanted: Mapping[str, float]
    known: Mapping[str, float]
    total: int


def telling(asked: Asked, counted: Counted) -> Telling:
    """By how many chunks hold each of its words."""
    rare = Rarity(counted.total, counted.documents)
    wanted = rare.of(asked.text)
    return Telling(wanted, wanted | (rare.of(asked.more) if asked.more else {}), rare.total)


def tell(held: Sequence[Candidate], words: Telling) -> None:
    """Each candidate is given which words its text says, or a name in it has as a part. Takes longest of all that is here."""
    begins = [(beginning(one), one) for one in words.known]  # most texts do not hold even that
    for one in held:
        text = f"{one.chunk.text}\n{one.chunk.identifiers}".lower()
        one.says = [begin in text and says(text, word) for begin, word in begins]


def relevance(held: Sequence[Candidate], words: Telling) -> list[float]:
    """0 to 1 for each candidate; words of `asked.text` count as a share, all words by their strength."""
    holds = np.array([one.says for one in held], np.float64).reshape(len(held), len(words.known))
    weights = np.array(list(words.known.values()), np.float64)
    asks = np.array([word in words.wanted for word in words.known], np.float64)
    share = holds @ (weights * asks) / max(sum(words.wanted.values()), 1e-9)
    strongest = np.sort(holds * weights, axis=1)[:, -3:].sum(1) / (3 * math.log(1 + words.total))
    near = np.array([max(0.0, (one.cosine or 0.0) - COSINE_FROM) / (1 - COSINE_FROM) for one in held])
    signs = np.column_stack([share, np.minimum(strongest, 1.0), near, np.array([float(one.near) for one in held])])
    return CERTAINTY.of(signs).tolist()
