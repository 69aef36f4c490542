"""Learning, keeping and using weights; packing, gathering, saying nothing."""

from pathlib import Path

import numpy as np
import pytest

from forgecrew.core.errors import ConfigError
from forgecrew.memory.ranking.abstain import learn_certainty, threshold_for
from forgecrew.memory.ranking.fusion import WEIGHTS, Fusion, by_hand, by_ranks, read, shipped, write
from forgecrew.memory.ranking.gather import best_groups, by_owner
from forgecrew.memory.ranking.listwise import Example, Recipe, learn, merge
from forgecrew.memory.ranking.pack import pack


def examples(crossed: bool) -> list[Example]:
    """The answer is the candidate with the highest first feature; crossed: the one where both features have one sign."""
    random, made = np.random.default_rng(1), []
    for _ in range(60):
        rows = random.choice([-1.0, 1.0], (8, 2)) if crossed else random.standard_normal((8, 2))
        if crossed:
            rows[:, 1] = -rows[:, 0]
            rows[3, 1] = rows[3, 0]
        made.append(Example(rows.astype(np.float32), [3] if crossed else [int(np.argmax(rows[:, 0]))]))
    return made


def hits(network: object, cases: list[Example]) -> float:
    return float(np.mean([int(np.argmax(network.score(one.features))) in one.answers for one in cases]))  # type: ignore[attr-defined]


def test_weights_find_the_feature_that_tells() -> None:
    network = learn(examples(crossed=False), Recipe(steps=200))
    assert network.direct[0] > 5 * abs(network.direct[1]) and hits(network, examples(crossed=False)) > 0.95


def test_crossings_learn_what_a_sum_cannot() -> None:
    cases = examples(crossed=True)
    assert hits(learn(cases, Recipe()), cases) < 0.7
    network = learn(cases, Recipe(hidden=8, rounds=60, hidden_rate=0.02, dropout=0))
    assert hits(network, cases) > 0.9
    assert np.allclose(merge([network, network]).score(cases[0].features), network.score(cases[0].features), atol=1e-4)


def test_nothing_to_learn_from_is_told() -> None:
    with pytest.raises(ValueError, match="at least one example"):
        learn([], Recipe())


def test_weights_survive_their_file(tmp_path: Path) -> None:
    made = Fusion(("a", "b"), learn(examples(crossed=True), Recipe(hidden=3, rounds=1)), "from nothing")
    write(made, tmp_path / "w.json")
    kept, rows = read(tmp_path / "w.json"), np.array([[5, 1, 2], [6, 0, 3]], np.float32)
    assert kept.about == "from nothing"
    assert np.allclose(kept.score(("other", "a", "b"), rows), made.score(("other", "a", "b"), rows), atol=1e-2)


def test_wrong_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "w.json").write_text("{}")
    with pytest.raises(ConfigError, match="holds no weights"):
        read(tmp_path / "w.json")
    with pytest.raises(ConfigError, match="not there: b"):
        by_hand({"b": 1.0}).score(("a",), np.ones((2, 1), np.float32))


@pytest.mark.parametrize("file", sorted(WEIGHTS.glob("*.json")), ids=lambda file: file.stem)
def test_shipped_weights_tell_where_they_come_from(file: Path) -> None:
    assert len(shipped(file.stem).about) > 40


def test_ranks_where_nothing_is_learned() -> None:
    rows = np.array([[3, 1], [2, 3], [1, 2]], np.float32)
    assert int(np.argmax(by_ranks(("a", "b"), rows, ("a", "b")))) == 1


def test_packing_passes_over_what_does_not_fit_and_what_was_said() -> None:
    scores, costs = np.array([5.0, 4, 3, 2]), [10, 50, 10, 10]
    assert pack(scores, costs, 30) == [0, 2, 3]
    assert pack(scores, costs, 30, ["Yes.", "no", " yes. ", "so"]) == [0, 3]
    assert pack(scores, costs, 5) == []


def test_gathering() -> None:
    assert best_groups(np.array([1.0, 5, 4, 4.9]), ["a", "b", "c", "c"], shares=(1, 0.5)) == ["c", "b", "a"]
    found = by_owner(np.array([1.0, 4, 2, 3]), np.array([0, 0, 2, 0]), 3, (1.0, 0.5))
    assert found.tolist() == [4 + 1.5, 0, 2]


def test_certainty_keeps_quiet_below_its_threshold() -> None:
    random = np.random.default_rng(2)
    signs = random.standard_normal((400, 2))
    right = signs[:, 0] + 0.5 * random.standard_normal(400) > 0.5
    certainty = learn_certainty(signs, right.tolist(), precision=0.9)
    told = certainty.of(signs) >= certainty.threshold
    assert right[told].mean() >= 0.9 and told.sum() > 50
    assert threshold_for(np.array([0.9, 0.8]), np.array([0.0, 0.0]), 0.8) == 1.0
