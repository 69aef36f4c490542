"""The files of a repository that a task or a report is about, best first, by the features of `memory/ranking/code.py`."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef
from forgecrew.memory.code.contents import Part
from forgecrew.memory.code.state import State, States
from forgecrew.memory.ranking import code_sure
from forgecrew.memory.ranking.code import NAMES, CodeQuestion
from forgecrew.memory.ranking.fusion import shipped
from forgecrew.memory.ranking.passage import Vector
from forgecrew.memory.ranking.scale import in_order
from forgecrew.store.queries import code_asking
from forgecrew.store.queries.code_asking import Branch

STATES_KEPT_MAX = 8
ANSWERS_KEPT_MAX = 64
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


class Locator:
    """Keeps the last states that were asked: the first question at a commit pays for reading its words."""

    def __init__(self) -> None:
        self._contents = States()
        self._states: OrderedDict[tuple[int, str, str, bool], State] = OrderedDict()
        self._answers: OrderedDict[tuple[int, str, str], list[Located]] = OrderedDict()
        self._making = asyncio.Lock()

    async def locate(
        self, connection: AsyncConnection, scope: Scope, repo: RepoRef, asked: Asked, *,
        ref: str = "", limit: int = 10, aside: bool = False,
    ) -> list[Located]:  # fmt: skip
        """The best files of a branch (the repository's own when none is named); `aside` counts tests and examples in too.

        Empty when the repository is not indexed or the scope hides it.
        """
        of = await code_asking.branch(connection, scope, str(repo), ref)
        if of is None or not asked.text.strip():
            return []
        state = await self._state(connection, of, asked.model_id if asked.vector is not None else "", aside)
        return await asyncio.to_thread(_ranked, state, asked, limit) if state.paths else []

    async def again(self, connection: AsyncConnection, of: Branch, text: str, *, limit: int) -> list[Located]:
        """The same by words alone for a branch that may be read; a text that was asked at this commit costs nothing more."""
        key = (of.ref_id, of.commit, text)
        held = self._answers.pop(key, None)
        if held is None:
            state = await self._state(connection, of, "", aside=False)
            held = await asyncio.to_thread(_ranked, state, Asked(text), limit) if state.paths else []
        self._answers[key] = held
        while len(self._answers) > ANSWERS_KEPT_MAX:
            self._answers.popitem(last=False)
        return held

    async def _state(self, connection: AsyncConnection, of: Branch, model_id: str, aside: bool) -> State:
        key = (of.ref_id, of.commit, model_id, aside)
        async with self._making:  # two questions at once would read the same twice
            held = self._states.pop(key, None)
            # Vectors come after the commit: until most are there, a state is made anew when it is asked.
            if held is None or (model_id and held.embedded < 1):
                held = await self._contents.make(connection, of, model_id=model_id, aside=aside)
            self._states[key] = held
            while len(self._states) > STATES_KEPT_MAX:
                self._states.popitem(last=False)
            return held


def _ranked(state: State, asked: Asked, limit: int) -> list[Located]:
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
