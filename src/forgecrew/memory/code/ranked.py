"""The files of a prepared branch in order for one question, each with how likely it is right and its pieces that fit best."""

from collections.abc import Sequence
from dataclasses import dataclass

from forgecrew.memory.code.contents import Part
from forgecrew.memory.code.state import State
from forgecrew.memory.ranking import code_sure
from forgecrew.memory.ranking.code_given import NAMES, CodeQuestion
from forgecrew.memory.ranking.fusion import shipped
from forgecrew.memory.ranking.passage import Vector
from forgecrew.memory.ranking.scale import in_order

EMBEDDED_MIN = 0.5
"""With fewer pieces that have a vector, words alone decide: files without vectors would look unlike the question."""
PARTS_MAX = 3


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """One file: its score (comparable within one answer only), how likely it is right (0 to 1), its pieces that fit best."""

    path: str
    score: float
    likelihood: float
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What is searched for: a text whose first line is its title; vectors of both with the model that made them, if any."""

    text: str
    vector: Vector | None = None
    title_vector: Vector | None = None
    model_id: str = ""


def ranked(state: State, asked: Asked, limit: int) -> list[Located]:
    """The best files of a state; with few vectors by words alone. Takes some ten milliseconds."""
    dense = asked.vector is not None and state.embedded >= EMBEDDED_MIN
    question = CodeQuestion(asked.text, asked.vector, asked.title_vector) if dense else CodeQuestion(asked.text)
    features = state.files.features(question)
    scores = shipped("code" if dense else "code_words").score(NAMES, features)
    sure = code_sure.shipped().of(code_sure.signs(state.files, question, features, scores))
    made: list[Located] = []
    for at in in_order(scores)[:limit]:
        parts = state.best_parts(at, asked.text, limit=PARTS_MAX) or list(state.parts[at][:1])  # the head of the file
        made.append(Located(state.paths[at], float(scores[at]), float(sure[at]), parts))
    return made
