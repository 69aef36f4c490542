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
from forgecrew.memory.ranking.code import NAMES, CodeQuestion
from forgecrew.memory.ranking.fusion import shipped
from forgecrew.memory.ranking.passage import Vector
from forgecrew.memory.ranking.scale import in_order
from forgecrew.store.queries import code_asking

STATES_KEPT_MAX = 8
EMBEDDED_MIN = 0.5
"""With fewer pieces that have a vector, words alone decide: files without vectors would look unlike the question."""


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """One file with its score (comparable within one answer only) and the pieces of it that fit best."""

    path: str
    score: float
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
        if not state.paths:
            return []
        return await asyncio.to_thread(_ranked, state, asked, limit)

    async def _state(self, connection: AsyncConnection, of: code_asking.Branch, model_id: str, aside: bool) -> State:
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
    scores = shipped("code" if dense else "code_words").score(NAMES, state.files.features(question))
    best = in_order(scores)[:limit]
    return [Located(state.paths[at], float(scores[at]), state.best_parts(at, asked.text, limit=3)) for at in best]
