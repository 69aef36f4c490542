"""Features for recall among things that people said one after another: conversations, comments, chats.

Each feature is one number per passage, mostly a z-score over the passages, so that weights hold for pools of other sizes.
Windows never leave a thread: an answer often shares no word with the question, but its neighbours do.
"""

import re
from collections.abc import Sequence

import numpy as np

from forgecrew.memory.ranking.cues import QuestionCues, passage_cues
from forgecrew.memory.ranking.late import NearestWords
from forgecrew.memory.ranking.passage import Features, Passage, Question, Vector
from forgecrew.memory.ranking.scale import Scores, best_first, ranks, zscore
from forgecrew.memory.ranking.threads import Threads
from forgecrew.memory.ranking.windows import Windows

SEEDS = 6
"""How many of the best passages tell what the answer is about, for the feature `feedback`."""
NAMES = (
    "words", "meaning", "words_1", "meaning_1", "words_3", "meaning_4", "words_thread", "author_named", "author_other",
    "length", "asks", "before", "after", "near", "near_1", "near_least", "meaning_thread", "near_thread", "feedback",
    "time_asked", "time", "number_asked", "name_asked", "name", "picture_asked", "picture", "self", "after_question",
    "question_before", "start", "end", "date", "words_rank", "near_rank", "words_1_rank", "best_beside",
    "q_time", "q_number", "q_name", "q_picture", "q_list", "q_what", "q_how", "q_whether", "q_guess", "q_dates", "q_one_author",
    "q_authors", "q_length", "q_words", "q_meaning",
)  # fmt: skip
"""Names of the columns; those that begin with q_ are the same for all passages of a question."""


class Dialogue:
    """Some passages, prepared once; then the features for any question."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._threads = threads = Threads(passages)
        self._authors = np.array([passage.author.lower() for passage in passages])
        self._names = sorted({name for name in self._authors.tolist() if name})
        self._windows = Windows(passages, threads)
        self._vectors, self._embedded = _matrix([passage.vector for passage in passages])
        mean_1, mean_4 = (threads.around_mean(self._vectors, reach) for reach in (1, 4))
        self._vectors_1, self._vectors_4 = _unit(mean_1 + 0.3 * self._vectors), _unit(mean_4)
        self._near = NearestWords([passage.words for passage in passages])
        self._length = zscore(np.log1p([len(passage.text) for passage in passages]))
        self._asks = np.array([float(passage.text.rstrip().endswith("?")) for passage in passages])
        self._after_question = threads.shifted(np.array([float("?" in passage.text) for passage in passages]), -1)
        self._told = np.array([passage_cues(one, words) for one, words in zip(passages, self._windows.read, strict=True)])
        self._dates = [passage.date for passage in passages]

    def features(self, question: Question) -> Features:
        """Passages × NAMES."""
        cues, threads = QuestionCues(question.text), self._threads
        low = question.text.lower()
        named = [name for name in self._names if name in low and re.search(rf"\b{re.escape(name)}\b", low)]
        (raw_words, *wider), of_threads = self._windows.scores(cues.words, (0, 1, 3))
        raw_meaning = self._dense(self._vectors, question)
        words, meaning = zscore(raw_words), zscore(raw_meaning)
        words_1, words_3 = (zscore(found) for found in wider)
        meaning_1, meaning_4 = (zscore(self._dense(rows, question)) for rows in (self._vectors_1, self._vectors_4))
        nearest, weights = self._near.nearness(question.words, self._names)
        near, near_1 = zscore(nearest @ weights), zscore(threads.widened(nearest) @ weights)
        base = words + meaning + words_1 + meaning_1 + 0.5 * near
        one = len(named) == 1
        time, number, name, shown, self_told = self._told.T
        columns: list[Scores] = [
            words, meaning, words_1, meaning_1, words_3, meaning_4, zscore(of_threads)[threads.of],
            (self._authors == named[0]) * 1.0 if one else np.zeros(threads.size),
            (self._authors != named[0]) * 1.0 if one else np.zeros(threads.size),
            self._length, self._asks, threads.shifted(words + meaning, -1), threads.shifted(words + meaning, 1),
            near, near_1, zscore(nearest.min(1)), threads.best_three(meaning_1), threads.best_three(near_1),
            self._feedback(question, base), cues.time * time, time, cues.number * number, cues.name * name, name,
            cues.picture * shown, shown, zscore(self_told), self._after_question,
            self._after_question * threads.shifted(meaning, -1), np.exp(-threads.place / 2), np.exp(-threads.to_end / 2),
            cues.dated(self._dates), *(10 / (10 + ranks(arm)) for arm in (words, near, words_1)),
            zscore(np.maximum(threads.shifted(base, -1), threads.shifted(base, 1))),
        ]  # fmt: skip
        whole = [
            *cues.row(), float(one), float(len(named) > 1), len(cues.words) / 6 - 1, float(raw_words.max(initial=0)) / 10 - 1,
            float(raw_meaning.max(initial=0)) * 2 - 1,
        ]  # fmt: skip
        return np.column_stack([*columns, np.tile(whole, (threads.size, 1))]).astype(np.float32)

    def _dense(self, rows: Vector, question: Question) -> Scores:
        """Cosines; a passage that is not embedded yet gets the mean, which neither helps nor harms it."""
        if question.vector is None or not self._embedded.any():
            return np.zeros(len(rows))
        found = (rows @ question.vector).astype(np.float64)
        return np.where(self._embedded, found, found[self._embedded].mean())

    def _feedback(self, question: Question, base: Scores) -> Scores:
        """Nearness to the question moved a little towards what the best passages say."""
        if question.vector is None or not self._embedded.any():
            return np.zeros(len(base))
        top = best_first(base)[:SEEDS]
        share = np.exp((base[top] - base[top[0]]) / 2)
        moved = question.vector + 0.4 * (share / share.sum()) @ self._vectors[top]
        return zscore(self._vectors_1 @ _unit(moved.astype(np.float32)))


def _matrix(vectors: Sequence[Vector | None]) -> tuple[Vector, Scores]:
    """All vectors as rows, zeros for those that are not there yet, and which are there."""
    there = np.array([vector is not None for vector in vectors])
    width = next((len(vector) for vector in vectors if vector is not None), 1)
    rows = [np.zeros(width, np.float32) if vector is None else vector for vector in vectors]
    return np.stack(rows).astype(np.float32), there


def _unit(rows: Vector) -> Vector:
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)
