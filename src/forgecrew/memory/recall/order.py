"""Putting candidates in order: features of ranking/, fused per kind of text by learned weights, by reciprocal ranks without."""

import functools
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import numpy as np

from forgecrew.memory.ranking.dialogue import NAMES, Dialogue
from forgecrew.memory.ranking.fusion import Fusion, by_hand, by_ranks, shipped
from forgecrew.memory.ranking.passage import Features, Passage, Question
from forgecrew.memory.ranking.scale import Scores, in_order, zscore
from forgecrew.memory.recall.asked import Asked, Candidate
from forgecrew.memory.recall.corpus import corpus_of

RANKED_MAX = 120
"""More candidates than these are not compared in detail."""
MORE = ("near_focus", "over_relation", "same_repo", "age")
BESIDE = (1.0, 0.3, 0.3, -0.2)
"""What those weigh where nothing was learned."""
ALL = (*NAMES, *MORE)
LEARNABLE = tuple(name for name in ALL if not name.startswith("q_"))
"""Features from which weights are learned: those that differ within one question."""
_KEPT = [ALL.index(name) for name in LEARNABLE]
Learned = Mapping[str, Mapping[str, float]]
"""Weights by corpus kind and feature."""
ARMS = ("words", "meaning", "words_thread")


def order(held: Sequence[Candidate], asked: Asked, learned: Learned, now: datetime) -> list[Candidate]:
    """The candidates with their scores, best first; `learned` are weights by corpus kind and feature."""
    some = _first_look(held)
    if not some:
        return []
    table = _features(some, asked, now)
    kinds = [corpus_of(one.chunk.kind) for one in some]
    fused = {kind: _fused(kind, table, learned.get(kind)) for kind in set(kinds)}
    kept = np.round(table[:, _KEPT].astype(np.float64), 3).tolist()
    for place, (one, kind) in enumerate(zip(some, kinds, strict=True)):
        one.score, one.features = float(fused[kind][place]), tuple(kept[place])
    return sorted(some, key=lambda one: (-one.score, -one.chunk.id))


def _first_look(held: Sequence[Candidate]) -> list[Candidate]:
    """Those that are worth comparing: by the best rank that any arm gives them."""
    if len(held) <= RANKED_MAX:
        return list(held)
    arms = [np.array([one.words for one in held]), np.array([one.cosine or 0.0 for one in held])]
    arms.append(np.array([float(one.near) + 0.5 * float(one.hop) for one in held]))
    best = by_ranks(("words", "meaning", "focus"), np.column_stack(arms), ("words", "meaning", "focus"))
    return [held[place] for place in in_order(best)[:RANKED_MAX]]


def _features(some: Sequence[Candidate], asked: Asked, now: datetime) -> Features:
    """Candidates × ALL."""
    place = {one.chunk.id: nth for nth, one in enumerate(sorted(some, key=lambda one: (one.chunk.at, one.chunk.seq)))}
    threads: dict[str, list[int]] = {}
    for one in sorted(some, key=lambda one: place[one.chunk.id]):
        threads.setdefault(one.chunk.thread_key, []).append(one.chunk.id)
    nth = {id: at for ids in threads.values() for at, id in enumerate(ids)}
    passages = [
        Passage(
            one.chunk.text, one.chunk.thread_key, nth[one.chunk.id], one.chunk.author,
            _spoken(one.chunk.at.date()), vector=one.vector,
        )
        for one in some
    ]  # fmt: skip
    text = f"{asked.text}\n{asked.more}" if asked.more else asked.text
    shown = Dialogue(passages).features(Question(text[:2_000], asked.vector))
    more = [(float(one.near), float(one.hop), float(one.chunk.repo == asked.repo), _age(one.chunk.at, now)) for one in some]
    return np.column_stack([shown, np.array(more, np.float32)])


@functools.lru_cache(maxsize=4096)
def _spoken(day: date) -> str:
    return day.strftime("%d %B %Y").lstrip("0")


def _age(at: datetime, now: datetime) -> float:
    """0 for today, 1 after about a year, slowly more."""
    return float(np.log1p(max(0.0, (now - at).total_seconds()) / 86_400) / 6)


def _fused(kind: str, table: Features, weights: Mapping[str, float] | None) -> Scores:
    """One score per candidate, comparable between kinds since all are scaled over the same candidates."""
    if weights:
        known = {name: weights[name] for name in LEARNABLE if name in weights}
        return zscore(by_hand(known).score(ALL, table))
    beside = table[:, -len(MORE) :] @ np.array(BESIDE, np.float32)
    if kind == "dialogue":
        return zscore(_brought().score(ALL, table)) + beside
    arms = [name for name in ARMS if np.ptp(table[:, ALL.index(name)]) > 0]
    ranked = by_ranks(ALL, table, arms) if arms else np.zeros(len(table))
    return zscore(ranked) + beside


@functools.cache
def _brought() -> Fusion:
    """The weights that the product brings, read once."""
    return shipped("dialogue")
