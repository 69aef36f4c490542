"""Learning the weights of recall from what was cited: listwise, few steps, kept only where they do better than before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from forgecrew.memory.ranking.listwise import Example, Recipe, learn
from forgecrew.memory.ranking.scale import Scores
from forgecrew.memory.recall.order import LEARNABLE
from forgecrew.store.queries.recall_log import RecallRow

EXAMPLES_MIN = 30
"""Fewer cited recalls of a corpus kind teach nothing that holds."""
RECIPE = Recipe(steps=40, rate=0.05, decay=1e-2)


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of one corpus kind: weights when they were better on examples they had not seen (mean reciprocal rank)."""

    kind: str
    examples: int
    before: float
    after: float
    weights: Mapping[str, float]


def examples_by_kind(rows: Sequence[RecallRow]) -> dict[str, list[Example]]:
    """Recalls of which something was cited: of each kind its candidates, in the order in which they were ranked."""
    found: dict[str, list[Example]] = {}
    for row in rows:
        cited = set(row.cited)
        by_kind: dict[str, list[tuple[str, list[float]]]] = {}
        for id, kind, features in row.picked.get("ranked", []):
            if len(features) == len(LEARNABLE):
                by_kind.setdefault(kind, []).append((id, features))
        for kind, held in by_kind.items():
            answers = [place for place, (id, _) in enumerate(held) if id in cited]
            if answers and len(held) > len(answers):
                table = np.array([features for _, features in held], np.float32)
                found.setdefault(kind, []).append(Example(table, answers))
    return found


def learn_kind(kind: str, examples: Sequence[Example]) -> Learned:
    """Learn on four fifths and compare on the rest with the order that was; the weights kept are learned from all."""
    held_out, rest = examples[::5], [one for nth, one in enumerate(examples) if nth % 5]
    before = float(np.mean([1 / (1 + min(one.answers)) for one in held_out]))
    tried = learn(rest, RECIPE)
    after = float(np.mean([_reciprocal(tried.score(one.features), one.answers) for one in held_out]))
    if after <= before:
        return Learned(kind, len(examples), before, after, {})
    whole = learn(examples, RECIPE).direct
    weights = {name: round(float(weight), 4) for name, weight in zip(LEARNABLE, whole, strict=True)}
    return Learned(kind, len(examples), before, after, weights)


def _reciprocal(scores: Scores, answers: Sequence[int]) -> float:
    best = max(float(scores[place]) for place in answers)
    return 1 / (1 + int((scores > best).sum()))
