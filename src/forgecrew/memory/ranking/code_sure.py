"""How likely a file is one that a report is about: raw evidence, comparable between questions and repositories.

An order always has a first, also for a question that has nothing to do with the code. The numbers in code_sure.json were
learned from questions put to the repository that they are about, and to others.
"""

import functools
import json
from pathlib import Path
from typing import Any

import numpy as np

from forgecrew.memory.ranking.abstain import Certainty
from forgecrew.memory.ranking.code import CodeFiles
from forgecrew.memory.ranking.code_given import NAMES, CodeQuestion
from forgecrew.memory.ranking.passage import Features
from forgecrew.memory.ranking.scale import Scores

RAW = ("names_whole", "path_told")
SIGNS = (
    "share", "coverage", "piece_coverage", "title_coverage", "title_piece_coverage", *RAW, "known", "title_known",
    "title_length",
)  # fmt: skip
FILE = Path(__file__).with_suffix(".json")


def signs(files: CodeFiles, question: CodeQuestion, features: Features, scores: Scores) -> Features:
    """Files × SIGNS: its share of all files by score, shares of the question's telling words, whether it is named, and the same
    for all files: how much of the question the repository knows at all.
    """
    above = np.exp(np.clip(scores - scores.max(), -30, 0))
    named = [np.minimum(features[:, NAMES.index(name)], 1) for name in RAW]
    asked = [*files.known(question), np.log1p(len(question.title.split()))]
    same = [np.full(len(scores), value) for value in asked]
    return np.column_stack([np.log(above / above.sum()), *files.coverages(question), *named, *same]).astype(np.float32)


@functools.cache
def shipped() -> Certainty:
    """What was learned; from its threshold on a file is shown unasked."""
    kept: dict[str, Any] = json.loads(FILE.read_text())
    return Certainty(tuple(kept["mean"]), tuple(kept["spread"]), tuple(kept["weights"]), kept["offset"], kept["threshold"])
