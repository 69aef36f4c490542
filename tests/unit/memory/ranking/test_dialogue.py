"""Features of conversations: neighbours, authors, cues, nearest words; and that the shipped weights find a plain answer."""

import numpy as np
import pytest

from forgecrew.memory.ranking.cues import QuestionCues, passage_cues
from forgecrew.memory.ranking.dialogue import NAMES, Dialogue
from forgecrew.memory.ranking.fusion import shipped
from forgecrew.memory.ranking.late import NearestWords
from forgecrew.memory.ranking.passage import Passage, Question
from forgecrew.memory.ranking.threads import Threads
from forgecrew.memory.ranking.words import plain_words
from forgecrew.ports.embedder import WordVectors

TALK = [
    Passage("Which broker do we take for the queue?", "ops#1", 0, "Ada", "3 May 2024"),
    Passage("I moved it to RabbitMQ last week, it has run well since.", "ops#1", 1, "Ben", "3 May 2024"),
    Passage("Good. Then the old one can go.", "ops#1", 2, "Ada", "3 May 2024"),
    Passage("The logo should be green.", "web#7", 0, "Ada", "9 June 2024"),
    Passage("Lunch at noon?", "web#7", 1, "Ben", "9 June 2024"),
]


def column(name: str, question: str, passages: list[Passage] = TALK) -> list[float]:
    return Dialogue(passages).features(Question(question))[:, NAMES.index(name)].tolist()


def test_every_name_has_a_column() -> None:
    assert Dialogue(TALK).features(Question("what?")).shape == (5, len(NAMES))


def test_the_shipped_weights_find_the_answer_without_vectors() -> None:
    features = Dialogue(TALK).features(Question("When did Ben move the queue to another broker?"))
    assert int(np.argmax(shipped("dialogue").score(NAMES, features))) == 1


def test_windows_stay_in_their_thread() -> None:
    threads = Threads(TALK)
    assert threads.around(2, 1) == [1, 2] and threads.around(3, 3) == [3, 4]
    assert threads.shifted(np.array([1.0, 2, 3, 4, 5]), -1).tolist() == [0, 1, 2, 0, 4]
    gap = Threads([TALK[0], TALK[2]])
    assert gap.around(0, 1) == [0] and gap.around(0, 2) == [0, 1]


def test_who_is_named_counts_only_when_it_is_one() -> None:
    assert column("author_named", "What did Ben move?") == [0, 1, 0, 0, 1]
    assert column("author_named", "What did Ben and Ada say?") == [0, 0, 0, 0, 0]
    assert column("author_named", "What about the Benchmark?") == [0, 0, 0, 0, 0]


def test_cues() -> None:
    cues = QuestionCues("When in June did it happen?")
    assert cues.time == 1 and cues.number == 0 and cues.dates == {"june"}
    assert cues.dated(["9 June 2024", "3 May 2024"]).tolist() == [1, 0]
    told = [passage_cues(one, plain_words(one.text)) for one in TALK]
    assert told[1][0] == 1 and told[3][0] == 0
    for text, time, number in (("this summer", 1, 0), ("the 3rd of 12", 1, 1), ("in 2024", 1, 1), ("a summer", 0, 0)):
        assert passage_cues(Passage(text), plain_words(text))[:2] == (time, number)


def test_a_passage_that_is_not_embedded_yet_is_neither_helped_nor_harmed() -> None:
    near, far = np.array([1, 0], np.float32), np.array([0, 1], np.float32)
    passages = [Passage("a", vector=near, place=0), Passage("b", vector=far, place=1), Passage("c", place=2)]
    found = Dialogue(passages).features(Question("x", vector=near))[:, NAMES.index("meaning")]
    assert found[0] > found[2] > found[1] and found[2] == pytest.approx(0, abs=1e-6)


def test_a_question_with_a_vector_meets_passages_that_have_none_yet() -> None:
    found = Dialogue(TALK).features(Question("Which broker?", vector=np.array([1, 0], np.float32)))
    assert np.isfinite(found).all()


def test_each_word_of_a_question_finds_its_nearest() -> None:
    rows = np.eye(3, dtype=np.float32)
    index = NearestWords([WordVectors(("cat", "tree"), rows[:2]), None, WordVectors(("dog",), rows[2:])])
    near, weights = index.nearness(WordVectors(("cat", "ada"), rows[[0, 2]]), without=("ada",))
    assert near.tolist() == [[1], [0], [0]] and weights.tolist() == [1]
