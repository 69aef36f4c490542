"""Words, BM25 and scales, against values worked out by hand."""

import math

import numpy as np
import pytest

from forgecrew.memory.ranking.bm25 import BM25
from forgecrew.memory.ranking.scale import best_first, ranks, rrf, share_of_best, zscore
from forgecrew.memory.ranking.words import code_words, prose_words


def test_prose_is_stemmed_and_small_words_go() -> None:
    assert prose_words("When did she adopt the puppies?") == prose_words("adopting a puppy") == ["adopt", "puppi"]


def test_identifiers_are_split_and_kept_whole() -> None:
    assert code_words("parseHTTPHeader") == ["pars", "http", "header", "parsehttphead"]
    assert code_words("read_file2") == ["read", "file2"]
    assert code_words("fix the if") == []


def test_bm25_is_the_formula() -> None:
    index = BM25([["a", "b"], ["a", "a", "c", "d"], ["e"]], k1=1.2, b=0.75)
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    mean = 7 / 3
    expected = [idf * n * 2.2 / (n + 1.2 * (0.25 + 0.75 * length / mean)) for n, length in ((1, 2), (2, 4))]
    assert index.score(["a", "a"]) == pytest.approx([*expected, 0])
    assert index.score(["nowhere"]).tolist() == [0, 0, 0]
    assert index.coverage(["a", "e"])[2] == pytest.approx(index.idf("e") / (index.idf("a") + index.idf("e")))
    assert BM25([]).score(["a"]).size == 0


def test_scales() -> None:
    scores = np.array([1.0, 3.0, 2.0])
    assert zscore(scores).mean() == pytest.approx(0) and zscore(np.ones(3)).tolist() == [0, 0, 0]
    assert zscore(np.array([0.3, 0.3 + 3e-8, 0.3 - 3e-8])).tolist() == [0, 0, 0], "rounding tells no texts apart"
    assert share_of_best(scores).tolist() == [0, 3, 1.5] and share_of_best(np.ones(2)).tolist() == [0, 0]
    assert best_first(np.array([1, 2, 2])).tolist() == [1, 2, 0]
    assert ranks(scores).tolist() == [3, 1, 2] and ranks(np.ones(3)).tolist() == [2, 2, 2]
    assert rrf(scores, -scores) == pytest.approx([1 / 63 + 1 / 61, 1 / 61 + 1 / 63, 2 / 62])
