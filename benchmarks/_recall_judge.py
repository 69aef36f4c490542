"""Suggested pairs of reports after a model's judgement: which pairs are asked, their prompts, what recorded verdicts are worth.

A case's two best earlier reports are asked when they are likely enough. A fold's bound is the likelihood at which FOUND of the
true twins of all other folds are asked, each of them judged by weights that never saw its case.
"""

import asyncio
import json
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np

from benchmarks._recall_measures import precision_at
from forgecrew.agents.budgets import Budgets
from forgecrew.agents.judge_pair import Verdict, judge
from forgecrew.core.message import ModelReply, ModelRequest
from forgecrew.core.model_profile import ModelProfile
from forgecrew.memory.ranking.abstain import Certainty
from forgecrew.memory.ranking.reports import SIGNS, Reports
from forgecrew.memory.ranking.scale import in_order

FOUND = 0.5
"""Half of the twins: 145 pairs of Hadoop; six of ten would be 225, more than PAIRS_MAX."""
PAIRS_MAX = 160


@dataclass(frozen=True, slots=True)
class Pair:
    """A report and an earlier one by their places; `twin`: the newer one is a case with a known older twin."""

    new: int
    old: int
    likely: float
    fold: int
    twin: bool


class Captured(Exception):
    """Carries the request out of `judge` before any model is asked."""

    def __init__(self, request: ModelRequest) -> None:
        super().__init__("the request is all that is wanted")
        self.request = request


def two_best(reports: Reports, certainty: Certainty, place: int, scores: Any, *, fold: int, twin: bool) -> list[Pair]:
    """The two best earlier reports; the second is as likely as its own signs say, with the lead that it lacks."""
    first, second = (int(one) for one in in_order(scores)[:2])
    without = scores.copy()
    without[first] = scores.min()
    lacking = reports.signs(place, without)
    lacking[SIGNS.index("lead")] = scores[second] - scores[first]
    lacking[SIGNS.index("score")] = scores[second] - np.mean(scores)
    likely = certainty.of(np.array([reports.signs(place, scores), lacking])).tolist()
    return [Pair(place, old, one, fold, twin) for old, one in zip((first, second), likely, strict=True)]


def asked(pairs: Sequence[Pair], group: Mapping[int, int]) -> list[Pair]:
    """Those above the bound of their fold. Raises SystemExit when they are more than PAIRS_MAX."""
    kept = list[Pair]()
    for fold in sorted({pair.fold for pair in pairs}):
        best = dict[int, float]()
        for pair in pairs:
            if pair.fold != fold and pair.twin:
                likely = pair.likely if right(pair, group) else 0.0
                best[pair.new] = max(best.get(pair.new, 0.0), likely)
        ranked = sorted(best.values(), reverse=True)
        bound = ranked[math.ceil(FOUND * len(ranked)) - 1] if ranked else 0.0
        kept += [pair for pair in pairs if pair.fold == fold and pair.likely >= bound]
    if len(kept) > PAIRS_MAX:
        raise SystemExit(f"{len(kept)} pairs would be asked, {PAIRS_MAX} may be: lower FOUND")
    return kept


def groups(edges: Sequence[tuple[int, int]]) -> dict[int, int]:
    """For each place in a pair of duplicates the oldest of all that are the same, also through others."""
    group = {place: place for edge in edges for place in edge}
    for one, other in edges:
        low, high = sorted((group[one], group[other]))
        group = {place: low if root == high else root for place, root in group.items()}
    return group


def right(pair: Pair, group: Mapping[int, int]) -> bool:
    return pair.new in group and group[pair.new] == group.get(pair.old)


def key_of(pair: Pair, rows: Sequence[Mapping[str, str]]) -> str:
    """The ids of both reports, the newer one first."""
    return f"{rows[pair.new]['id']}:{rows[pair.old]['id']}"


def write_prompts(folder: Path, pairs: Sequence[Pair], rows: Sequence[Mapping[str, str]]) -> None:
    """NNN.txt with the messages that the product sends, in an order that tells nothing; index.json: NNN → key."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise SystemExit(f"{folder} is not empty: give a new folder, so that no old prompt is taken for a new one")
    order = sorted(pairs, key=lambda pair: key_of(pair, rows))
    random.Random(7).shuffle(order)
    index = {f"{number:03}": key_of(pair, rows) for number, pair in enumerate(order, 1)}
    for name, pair in zip(index, order, strict=True):
        request = asyncio.run(_request(rows[pair.new], rows[pair.old]))
        text = "\n\n".join(f"=== {message.role} ===\n{message.content}" for message in request.messages)
        (folder / f"{name}.txt").write_text(text + "\n")
    (folder / "index.json").write_text(json.dumps(index, indent=1) + "\n")


async def _request(newer: Mapping[str, str], older: Mapping[str, str]) -> ModelRequest:
    async def ask(request: ModelRequest) -> ModelReply:
        raise Captured(request)

    budgets = Budgets.for_window(ModelProfile("", "").window)
    try:
        await judge(ask, budgets, newer=(newer["title"], newer["body"]), older=(older["title"], older["body"]))
    except Captured as caught:
        return caught.request
    raise AssertionError("judge answered without asking")


def judged(
    pairs: Sequence[Pair], rows: Sequence[Mapping[str, str]], group: Mapping[int, int], answers: Path | None, cases: int
) -> dict[str, float]:
    """What the recorded verdicts (key → verdict, reason) make of the pairs; no precision while one is unanswered."""
    within = {pair.new for pair in pairs if pair.twin and right(pair, group)}
    figures = {"pairs_asked": float(len(pairs)), "pair_recall_asked": len(within) / cases}
    if answers is None:
        return figures
    said = json.loads(answers.read_text())
    verdicts = [said.get(key_of(pair, rows), {}).get("verdict") for pair in pairs]
    unanswered = sum(one not in get_args(Verdict) for one in verdicts)
    figures |= {"pairs_judged": float(len(pairs) - unanswered), "pairs_unanswered": float(unanswered)}
    if unanswered:
        return figures
    told = [pair for pair, verdict in zip(pairs, verdicts, strict=True) if verdict == "same"]
    good = [pair for pair in told if right(pair, group)]
    precision = len(good) / max(1, len(told))
    return figures | {
        "pairs_told": float(len(told)), "pairs_told_without_twin": float(sum(not pair.twin for pair in told)),
        "pair_precision_judged": precision,
        "pair_recall_judged": len({pair.new for pair in good if pair.twin}) / cases,
        "pair_precision_judged_at_30": precision_at([(pair.likely, right(pair, group)) for pair in told], 0.3 * cases),
    }  # fmt: skip
