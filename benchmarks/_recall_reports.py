"""Earlier reports of the same fault: for a report with a known older twin, all older reports of the project are ranked.

Data: a folder with reports.jsonl (id, created, title, body) and cases.json (cases: id and gold; in_a_pair), e.g. cut from
GitBugs (CC BY 4.0). With --learn the weights come from that folder, with --folds from the other folds of the same one, else
they are the shipped ones. --ask and --judge (with --folds): the pairs that a model is to compare, and its recorded verdicts.
"""

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import _recall_judge as judging
from benchmarks._recall_data import BadData
from benchmarks._recall_data import reports as read_reports
from benchmarks._recall_measures import Row, bootstrap, mean, positions, precision_at
from benchmarks._recall_vectors import Vectors
from forgecrew.memory.ranking.abstain import learn_certainty
from forgecrew.memory.ranking.fusion import Fusion, by_ranks, shipped, write
from forgecrew.memory.ranking.listwise import Example, Recipe, learn
from forgecrew.memory.ranking.reports import NAMES, Report, Reports

RECIPE = Recipe(steps=100, decay=0.02)
OTHERS = 400
"""Reports without a known twin that are drawn to see how often they would be called duplicates."""
PRECISION = 0.8


@dataclass(frozen=True, eq=False)
class Case:
    place: int
    features: Any
    gold: list[int]


@dataclass(frozen=True, eq=False)
class Project:
    rows: list[dict[str, str]]
    reports: Reports
    cases: list[Case]
    others: list[Case]
    without_twin: int


def read_project(folder: Path, vectors: Vectors) -> Project:
    rows, truth = read_reports(folder)
    whole = vectors.of([f"{one['title']}\n{one['body'][:700]}" for one in rows])
    titles = vectors.of([one["title"] for one in rows])
    vectors.save()
    reports = Reports([Report(one["title"], one["body"], a, b) for one, a, b in zip(rows, whole, titles, strict=True)])
    cases = [Case(at, reports.features(at), gold) for at, gold in truth["cases"]]
    alone = [at for at in range(50, len(rows)) if at not in truth["in_a_pair"]]
    drawn = random.Random(0).sample(alone, min(OTHERS, len(alone)))
    return Project(rows, reports, cases, [Case(at, reports.features(at), []) for at in drawn], len(alone))


def learned(cases: Sequence[Case]) -> Fusion:
    return Fusion(NAMES, learn([Example(case.features, case.gold) for case in cases], RECIPE))


def measure(scores: Any, case: Case) -> Row:
    at = positions(scores, case.gold)[0]
    return {"r1": float(at < 1), "r5": float(at < 5), "r10": float(at < 10), "mrr": 1 / (1 + at)}


def signs(project: Project, fusion: Fusion, cases: Sequence[Case]) -> tuple[list[Any], list[bool]]:
    """For each report: the signs of its best candidate, and whether that is its twin."""
    found, right = [], []
    for case in cases:
        scores = fusion.score(NAMES, case.features)
        found.append(project.reports.signs(case.place, scores))
        right.append(int(np.argmax(scores)) in case.gold)
    return found, right


def judgement(project: Project, pairs: Sequence[judging.Pair], options: argparse.Namespace) -> Row:
    """Figures of the pairs that a model compares; their prompts are written when asked for."""
    group = judging.groups([(case.place, twin) for case in project.cases for twin in case.gold])
    asked = judging.asked(pairs, group)
    if options.ask:
        judging.write_prompts(options.ask, asked, project.rows)
    return judging.judged(asked, project.rows, group, options.judge, len(project.cases))


def run(options: argparse.Namespace) -> tuple[Row, dict[str, Row]]:
    vectors = Vectors(options.model, options.cache, "duplicates")
    project = read_project(options.data[0], vectors)
    others = [read_project(folder, vectors) for folder in options.learn]
    folds = options.folds or 1
    arms = {"BM25": "words", "dense": "meaning"}
    pairs: list[judging.Pair] = []
    rows, peers, said, sure = [], {name: [] for name in (*arms, "RRF of BM25 and dense", "sum of four z-scores")}, [], []
    for fold in range(folds):
        tested, alone = project.cases[fold::folds], project.others[fold::folds]
        if options.folds:
            source = project
            pool = [case for case in project.cases if case not in tested]
            quiet = [case for case in project.others if case not in alone]
        else:
            source = others[0] if others else project
            pool, quiet = source.cases, source.others
        if not pool:
            raise BadData(f"{options.data[0]} holds too few cases for {folds} folds")
        fusion = learned(pool) if options.folds or others else shipped("reports")
        rows += [measure(fusion.score(NAMES, case.features), case) for case in tested]
        certainty = learn_certainty(*map(np.array, signs(source, fusion, [*pool, *quiet])), precision=PRECISION)
        shown, right = signs(project, fusion, [*tested, *alone])
        likely = certainty.of(np.array(shown))
        told = likely >= certainty.threshold
        said += [(bool(one), ok, place < len(tested)) for place, (one, ok) in enumerate(zip(told, right, strict=True))]
        sure += [(one, ok, place < len(tested)) for place, (one, ok) in enumerate(zip(likely.tolist(), right, strict=True))]
        for case in tested:
            sums = sum(case.features[:, NAMES.index(name)] for name in NAMES[:4])
            for name, scores in {
                **{name: case.features[:, NAMES.index(arm)] for name, arm in arms.items()},
                "RRF of BM25 and dense": by_ranks(NAMES, case.features, ("words", "meaning")),
                "sum of four z-scores": sums,
            }.items():
                peers[name].append(measure(np.asarray(scores), case))
        if options.ask or options.judge:
            for case in (*tested, *alone):
                scores = fusion.score(NAMES, case.features)
                pairs += judging.two_best(project.reports, certainty, case.place, scores, fold=fold, twin=bool(case.gold))
    if options.weights:
        fusion = learned(project.cases)
        about = f"Learned from {len(project.cases)} pairs of duplicate reports in {options.data[0].name}."
        write(Fusion(NAMES, fusion.network, about), options.weights)
    hits = sum(one and ok for one, ok, _ in said)
    wrong_twins = sum(one and not ok and twin for one, ok, twin in said)
    wrong_alone = sum(one and not twin for one, _, twin in said)
    scale = project.without_twin / max(1, len(project.others))
    suggested = {
        "pair_precision": hits / max(1, hits + wrong_twins + wrong_alone), "pair_recall": hits / len(rows),
        "pair_precision_whole": hits / max(1e-9, hits + wrong_twins + wrong_alone * scale), "others_flagged": wrong_alone,
        "pair_precision_at_30": precision_at([one[:2] for one in sure], 0.3 * len(rows)),
        "pair_precision_at_30_with_twin": precision_at([one[:2] for one in sure if one[2]], 0.3 * len(rows)),
    }  # fmt: skip
    if pairs:
        suggested |= judgement(project, pairs, options)
    figures = {**mean(rows), **bootstrap(rows, ("r1", "r5")), **{key: round(value, 4) for key, value in suggested.items()}}
    return {**figures, "cases": len(rows)}, {name: mean(found) for name, found in peers.items()}
