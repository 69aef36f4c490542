"""Features for finding the files that a report or a task is about: words, meaning, names, paths and what was changed before."""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from forgecrew.memory.ranking.bm25 import BM25
from forgecrew.memory.ranking.code_given import CodeQuestion, PastChange, SourceFile
from forgecrew.memory.ranking.gather import by_owner
from forgecrew.memory.ranking.passage import Features, Vector
from forgecrew.memory.ranking.scale import Scores, in_order, share_of_best
from forgecrew.memory.ranking.words import code_words

BEST = (1.0, 0.3, 0.3)
PAST_BEST = 40
"""How many past changes with like subjects tell where changes of this kind are made."""
_TOLD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:[./][A-Za-z_][A-Za-z0-9_]*)*")


class CodeFiles:
    """The files of one state of a repository, prepared once; then the features for any question."""

    def __init__(self, files: Sequence[SourceFile], past: Sequence[PastChange]) -> None:
        self._files, self._past = files, past
        self._at = {file.path: place for place, file in enumerate(files)}
        pieces = [piece for file in files for piece in file.pieces]
        self._owner = np.array([place for place, file in enumerate(files) for _ in file.pieces], np.intp)
        self._words = BM25([file.words for file in files], b=0.6)
        self._pieces = BM25([piece.words for piece in pieces])
        self._paths = BM25([code_words(file.path.replace("/", " ")) for file in files])
        self._subjects = BM25([change.words for change in past])
        self._told_of = BM25(self._subjects_of_files(), b=0.4)
        given = [piece.vector for piece in pieces]
        self._embedded = np.array([vector is not None for vector in given])
        held = [vector for vector in given if vector is not None]
        self._vectors = np.stack(held).astype(np.float32) if held else None
        self._recent = self._changed_lately()

    def features(self, question: CodeQuestion) -> Features:
        """Files × NAMES."""
        asked, short = code_words(question.text), code_words(question.title)
        past, (names, whole) = self._past_of(asked), self._named(question.text)
        path_told, stem_told = self._told(question.text)
        arms: list[Scores] = [
            self._words.score(asked), self._gathered(self._pieces.score(asked)), self._meaning(question.vector),
            self._paths.coverage(asked), past, self._words.score(short), self._gathered(self._pieces.score(short)),
            self._meaning(question.title_vector), self._words.coverage(asked),
            self._covered(asked), names, self._together(past),
            self._recent, self._paths.score(short), self._told_of.score(short),
        ]  # fmt: skip
        beginnings = np.array([float(file.path.endswith("__init__.py")) for file in self._files])
        columns = [*(share_of_best(arm) for arm in arms), whole, path_told, stem_told, beginnings]
        return np.column_stack(columns).astype(np.float32)

    def pieces_of(self, place: int, text: str) -> Scores:
        """How well the words of each piece of one file fit a text."""
        first, end = np.searchsorted(self._owner, [place, place + 1])
        return self._pieces.score(code_words(text))[first:end]

    def coverages(self, question: CodeQuestion) -> tuple[Scores, Scores, Scores, Scores]:
        """Shares of the telling words of text and title that each file and its best piece hold: 0 to 1."""
        asked, short = code_words(question.text), code_words(question.title)
        whole, title = (self._words.coverage(words) for words in (asked, short))
        pieces, title_pieces = (self._covered(words) for words in (asked, short))
        return whole, pieces, title, title_pieces

    def known(self, question: CodeQuestion) -> tuple[float, float]:
        """The shares of the words of text and title that the repository knows at all."""
        return self._words.known(code_words(question.text)), self._words.known(code_words(question.title))

    def _covered(self, words: Sequence[str]) -> Scores:
        return by_owner(self._pieces.coverage(words), self._owner, len(self._files), (1.0,))

    def _subjects_of_files(self) -> list[Counter[str]]:
        """The words of all past changes of each file."""
        found: list[Counter[str]] = [Counter() for _ in self._files]
        for change in self._past:
            for path in change.paths:
                if path in self._at:
                    found[self._at[path]].update(change.words)
        return found

    def _gathered(self, scores: Scores) -> Scores:
        return by_owner(scores, self._owner, len(self._files), BEST)

    def _meaning(self, vector: Vector | None) -> Scores:
        if vector is None or self._vectors is None:
            return np.zeros(len(self._files))
        owner = self._owner[self._embedded]
        return by_owner((self._vectors @ vector).astype(np.float64), owner, len(self._files), BEST[:2])

    def _past_of(self, asked: Sequence[str]) -> Scores:
        """What earlier changes with like subjects touched; one that touched many files tells less of each."""
        result, like = np.zeros(len(self._files)), self._subjects.score(asked)
        for nth in in_order(like)[:PAST_BEST]:
            if like[nth] <= 0:
                break
            for path in self._past[nth].paths:
                if path in self._at:
                    result[self._at[path]] += like[nth] / len(self._past[nth].paths) ** 0.5
        return result

    def _changed_lately(self) -> Scores:
        """How often each file was changed, a change counting half after two hundred more."""
        result = np.zeros(len(self._files))
        for age, change in enumerate(self._past):
            for path in change.paths:
                if path in self._at:
                    result[self._at[path]] += 0.5 ** (age / 200) / len(change.paths) ** 0.5
        return np.log1p(result)

    def _together(self, past: Scores) -> Scores:
        """Files that are changed together with those that `past` points at most."""
        result = np.zeros(len(self._files))
        top: dict[str, float] = {self._files[place].path: float(past[place]) for place in in_order(past)[:5] if past[place] > 0}
        for change in self._past:
            if 2 <= len(change.paths) <= 6 and (held := [path for path in change.paths if path in top]):
                for path in change.paths:
                    if path in self._at and path not in top:
                        result[self._at[path]] += max(top[one] for one in held) / len(change.paths)
        return result

    def _named(self, text: str) -> tuple[Scores, Scores]:
        """Identifiers of the text that a file defines, rare ones more; and how many that are surely identifiers."""
        told = {part for found in _TOLD.findall(text) for part in re.split(r"[./]", found) if len(part) > 2}
        score, sure = np.zeros(len(self._files)), np.zeros(len(self._files))
        for word in told:
            defining = [place for place, file in enumerate(self._files) if word.lower() in file.names]
            if defining:
                score[defining] += np.log(1 + len(self._files) / len(defining))
                if "_" in word.strip("_") or (word != word.lower() and not word.istitle() and not word.isupper()):
                    sure[defining] += 1 / len(defining)
        return score, sure

    def _told(self, text: str) -> tuple[Scores, Scores]:
        """Whether the text names a file by the end of its path, or by its bare name as one word."""
        low = text.lower()
        words = set(re.findall(r"[a-z0-9_]+", low))
        ends, stems = np.zeros(len(self._files)), np.zeros(len(self._files))
        for place, file in enumerate(self._files):
            parts = file.path.lower().removesuffix(".py").split("/")
            dotted = ".".join(parts[-2:])
            ends[place] = float("/".join(parts[-2:]) in low or (dotted in low and len(parts) > 1) or f"{parts[-1]}.py" in low)
            stem = parts[-2] if parts[-1] == "__init__" and len(parts) > 1 else parts[-1]
            stems[place] = float(stem.strip("_") in words)
        return ends, stems
