"""Recall in long conversations: which turns hold the evidence for a question.

Data: LoCoMo's locomo10.json (CC BY-NC 4.0, brought along, for measurement only). Nothing of it, and nothing learned from it,
is kept here. Conversations are sorted by id: those at even places are for learning, those at odd ones for the last measurement.
"""

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks._recall_data import BadData, conversations
from benchmarks._recall_measures import Row, bootstrap, mean, positions, share_within
from benchmarks._recall_vectors import Vectors
from forgecrew.memory.ranking.dialogue import NAMES, Dialogue
from forgecrew.memory.ranking.fusion import Fusion, by_ranks, shipped
from forgecrew.memory.ranking.gather import best_groups
from forgecrew.memory.ranking.listwise import Example, Recipe, learn, merge
from forgecrew.memory.ranking.pack import pack
from forgecrew.memory.ranking.passage import Passage, Question

MULTI_HOP = 1
RECIPE = Recipe(hidden=16)
SEEDS = 3


@dataclass(frozen=True, eq=False)
class Case:
    conversation: str
    category: int
    features: Any
    gold: list[int]
    costs: list[float]
    sessions: list[str]


def read_passages(sample: dict[str, Any], vectors: Vectors) -> tuple[list[Passage], dict[str, int]]:
    talk, place, made = sample["conversation"], {}, []
    names = [name for name in talk if re.fullmatch(r"session_\d+", name)]
    for name in sorted(names, key=lambda one: int(one.split("_")[1])):
        for number, turn in enumerate(talk[name]):
            place[turn["dia_id"]] = len(made)
            shown = turn.get("blip_caption") or ""
            made.append(Passage(turn["text"], name, number, turn["speaker"], talk.get(f"{name}_date_time", ""), shown))
    texts = [passage.embedded_as() for passage in made]
    rows, words = vectors.of(texts), vectors.words(texts)
    whole = [
        Passage(one.text, one.thread, one.place, one.author, one.date, one.shown, row, word)
        for one, row, word in zip(made, rows, words, strict=True)
    ]
    return whole, place


def read_cases(sample: dict[str, Any], vectors: Vectors) -> list[Case]:
    passages, place = read_passages(sample, vectors)
    dialogue = Dialogue(passages)
    costs = [max(6.0, len(f"{one.author}: {one.text} {one.shown}") / 4.2 + 9) for one in passages]
    asked = [question["question"] for question in sample["qa"]]
    cases = []
    for question, row, words in zip(sample["qa"], vectors.of(asked), vectors.words(asked), strict=True):
        told = {part for entry in question.get("evidence", []) for part in re.split(r"[;,\s]+", entry)}
        if gold := sorted(place[one] for one in told if one and one in place):
            features = dialogue.features(Question(question["question"], row, words))
            threads = [one.thread for one in passages]
            cases.append(Case(sample["sample_id"], question["category"], features, gold, costs, threads))
    return cases


def measure(scores: Any, case: Case) -> Row:
    at = positions(scores, case.gold)
    packed = set(pack(scores, case.costs, 1500))
    wanted = {case.sessions[one] for one in case.gold}
    first = best_groups(scores, case.sessions)
    row = {
        "turn_r5": share_within(at, 5), "turn_r10": share_within(at, 10),
        "evidence_1500": len(packed & set(case.gold)) / len(case.gold),
        "session_rall5": float(wanted <= set(first[:5])), "session_rall10": float(wanted <= set(first[:10])),
        "mrr": 1 / (1 + at[0]),
    }  # fmt: skip
    return {**row, "multihop_r10": row["turn_r10"]} if case.category == MULTI_HOP else row


def learned(cases: Sequence[Case]) -> Fusion:
    examples = [Example(case.features, case.gold) for case in cases]
    networks = [learn(examples, Recipe(hidden=RECIPE.hidden, seed=seed)) for seed in range(SEEDS)]
    return Fusion(NAMES, merge(networks))


def _needed(options: argparse.Namespace) -> tuple[str, ...]:
    return (options.test,) if options.folds else (options.train, options.test)


def run(options: argparse.Namespace) -> tuple[Row, dict[str, Row]]:
    samples = conversations(options.data)
    parts = {"even": samples[::2], "odd": samples[1::2], "all": samples}
    vectors = Vectors(options.model, options.cache, "dialogue")
    chosen = parts["all" if options.test == "all" else options.test]
    needed = {one["sample_id"]: one for one in [*chosen, *(parts[options.train] if not options.folds else [])]}
    cases = {name: read_cases(sample, vectors) for name, sample in needed.items()}
    vectors.save()
    answerable = {part: sum(len(cases[one["sample_id"]]) for one in parts[part]) for part in _needed(options)}
    for part, count in answerable.items():
        if not count:
            raise BadData(f"{options.data}: no question of the {part} conversations has evidence that is one of its turns")
    folds = [[one["sample_id"] for one in chosen]]
    if options.folds:
        folds = [[one["sample_id"] for one in chosen[fold :: options.folds]] for fold in range(options.folds)]
    rows, peers = [], {name: [] for name in ("BM25", "dense", "RRF of BM25 and dense", "shipped weights, set by hand")}
    by_hand = shipped("dialogue")
    for tested in folds:
        pool = chosen if options.folds else parts[options.train]
        learning = [case for one in pool if one["sample_id"] not in tested for case in cases[one["sample_id"]]]
        if not learning:
            raise BadData(f"{options.data}: nothing is left to learn from beside {', '.join(tested)}; take more conversations")
        fusion = learned(learning)
        for case in (case for name in tested for case in cases[name]):
            rows.append(measure(fusion.score(NAMES, case.features), case))
            for name, scores in {
                "BM25": case.features[:, NAMES.index("words")], "dense": case.features[:, NAMES.index("meaning")],
                "RRF of BM25 and dense": by_ranks(NAMES, case.features, ("words", "meaning")),
                "shipped weights, set by hand": by_hand.score(NAMES, case.features),
            }.items():  # fmt: skip
                peers[name].append(measure(np.asarray(scores), case))
    figures = {**mean(rows), **bootstrap(rows, ("turn_r10", "evidence_1500", "multihop_r10", "session_rall5"))}
    return {**figures, "questions": len(rows)}, {name: mean(found) for name, found in peers.items()}
