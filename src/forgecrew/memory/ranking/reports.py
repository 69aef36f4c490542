"""Features for finding earlier reports of the same fault: titles, bodies, traces and versions, compared pair by pair."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forgecrew.memory.ranking.bm25 import BM25
from forgecrew.memory.ranking.passage import Features, Vector
from forgecrew.memory.ranking.scale import Scores, in_order, ranks, zscore
from forgecrew.memory.ranking.words import report_words

BODY_CHARACTERS = 1500
NAMES = (
    "words", "title_words", "meaning", "title_meaning", "words_rank", "title_rank", "meaning_rank", "title_meaning_rank",
    "back_words", "title_in_text", "text_in_title", "rare", "frames", "age", "cross_meaning", "title_coverage", "numbers",
    "numbers_differ", "follows", "title_union",
)  # fmt: skip
SIGNS = (
    "meaning",
    "title_meaning",
    "own_share",
    "title_share",
    "lead",
    "rare",
    "score",
    "numbers_differ",
    "follows",
    "title_union",
    "frames",
)
"""What tells whether the best earlier report is the same fault: raw nearness, and its lead over the next."""
_FRAME = re.compile(r"\b[\w$.]+\.(?:java|py|js|ts|go|rs|cpp|c|h):?\d*|\bat ([\w$.]+)\(|\b\w+(?:Exception|Error)\b")
_FOLLOWS = re.compile(r"\b(back-?port|port|revert|follow-?up|addendum|cherry-?pick|branch-[\d.]+)", re.I)
_TITLE_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_NUMBER = re.compile(r"\b\d+(?:\.\d+)+\b|\b\d{3,}\b")


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """An issue as it was opened; `vector` is that of title and body, `title_vector` of the title alone."""

    title: str
    body: str
    vector: Vector | None = None
    title_vector: Vector | None = None


class Reports:
    """Some reports in the order of their making, prepared once."""

    def __init__(self, reports: Sequence[Report]) -> None:
        self._titles = [report_words(report.title) for report in reports]
        bodies = [report.body[:BODY_CHARACTERS] for report in reports]
        self._texts = [report_words(f"{one.title} {body}") for one, body in zip(reports, bodies, strict=True)]
        self._title_index = BM25(self._titles)
        self._index = BM25([title + text for title, text in zip(self._titles, self._texts, strict=True)])
        self._own = np.array([self._index.score(words)[place] for place, words in enumerate(self._texts)])
        self._own_title = np.array([self._title_index.score(words)[place] for place, words in enumerate(self._titles)])
        self._frames = BM25([[match.group() for match in _FRAME.finditer(report.body)] for report in reports])
        self._numbers = BM25([_NUMBER.findall(f"{one.title} {one.body[:BODY_CHARACTERS]}") for one in reports])
        self._title_numbers = [frozenset(_TITLE_NUMBER.findall(report.title)) for report in reports]
        self._follows = np.array([float(bool(_FOLLOWS.search(report.title))) for report in reports])
        self._title_weight = np.array([sum(map(self._title_index.idf, set(words))) for words in self._titles])
        self._reports = reports
        self._vectors, self._title_vectors = (_rows([get(one) for one in reports]) for get in (_whole, _title))

    def features(self, place: int) -> Features:
        """Earlier reports × NAMES for the one at a place; its own and later ones are not candidates."""
        words = self._index.score(self._texts[place])[:place]
        title_words = self._title_index.score(self._titles[place])[:place]
        earlier, titles = self._vectors[:place], self._title_vectors[:place]
        whole, title = self._vectors[place], self._title_vectors[place]
        meaning, title_meaning = earlier @ whole, titles @ title
        cross = np.maximum(earlier @ title, titles @ whole)
        here = self._reports[place].body
        columns: list[Scores] = [
            *(zscore(arm) for arm in (words, title_words, meaning, title_meaning)),
            *(600 / (60 + ranks(arm)) for arm in (words, title_words, meaning, title_meaning)),
            zscore(words / np.maximum(self._own[:place], 1e-9)), zscore(self._index.coverage(self._titles[place])[:place]),
            zscore(self._title_index.coverage(self._texts[place])[:place]), zscore(self._rare(place)),
            zscore(self._frames.score([match.group() for match in _FRAME.finditer(here)])[:place]),
            -np.log1p(place - np.arange(place)) / 5, zscore(cross), self._title_index.coverage(self._titles[place])[:place],
            zscore(self._numbers.score(_NUMBER.findall(f"{self._reports[place].title} {here[:BODY_CHARACTERS]}"))[:place]),
        ]  # fmt: skip
        columns += [self._numbers_differ(place), np.abs(self._follows[:place] - self._follows[place]), self._union(place)]
        return np.column_stack(columns).astype(np.float32)

    def signs(self, place: int, scores: Scores) -> Scores:
        """SIGNS of the best earlier report by these scores, for `abstain.Certainty`; at least two earlier reports."""
        first, second = in_order(scores)[:2]
        whole, title = self._index.score(self._texts[place]), self._title_index.score(self._titles[place])
        return np.array([
            float(self._vectors[first] @ self._vectors[place]), float(self._title_vectors[first] @ self._title_vectors[place]),
            float(whole[first] / max(whole[place], 1e-9)), float(title[first] / max(title[place], 1e-9)),
            float(scores[first] - scores[second]), float(self._rare(place)[first]), float(scores[first] - np.mean(scores)),
            self._numbers_differ(place)[first], max(self._follows[first], self._follows[place]), self._union(place)[first],
            self._frames.coverage([match.group() for match in _FRAME.finditer(self._reports[place].body)])[first],
        ])  # fmt: skip

    def _numbers_differ(self, place: int) -> Scores:
        """1 where both titles name numbers and not the same ones: the next version is not the same fault."""
        here = self._title_numbers[place]
        return np.array([float(bool(here and there and here != there)) for there in self._title_numbers[:place]])

    def _union(self, place: int) -> Scores:
        """What two titles share of all that they say together, rare words more: 0 to 1."""
        shared = self._title_index.coverage(self._titles[place])[:place] * self._title_weight[place]
        return shared / np.maximum(self._title_weight[:place] + self._title_weight[place] - shared, 1e-9)

    def _rare(self, place: int) -> Scores:
        """How many words two reports share that few others have."""
        result = np.zeros(len(self._reports))
        for word in dict.fromkeys(self._texts[place]):
            if (weight := self._index.idf(word)) > np.log(len(self._reports) / 8 + 1):
                result += weight * (self._index.coverage([word]) > 0)
        return np.log1p(result[:place])


def _whole(report: Report) -> Vector | None:
    return report.vector


def _title(report: Report) -> Vector | None:
    return report.title_vector


def _rows(vectors: Sequence[Vector | None]) -> Vector:
    width = next((len(vector) for vector in vectors if vector is not None), 1)
    return np.stack([np.zeros(width, np.float32) if vector is None else vector for vector in vectors])
