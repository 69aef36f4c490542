"""The files of a repository that a task or a report is about, best first, by the features of `memory/ranking/code.py`."""

import asyncio
from collections import OrderedDict

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef
from forgecrew.memory.code.ranked import Asked, Located, ranked
from forgecrew.memory.code.state import State
from forgecrew.memory.code.states import States
from forgecrew.store.queries import code_asking
from forgecrew.store.queries.code_asking import Branch

STATES_KEPT_MAX = 4
"""Eleven mebibytes each for a project of some 350 sources."""
ANSWERS_KEPT_MAX = 64


class Locator:
    """Keeps the newest state of the branches asked last: the first question at a commit pays for reading its words."""

    def __init__(self) -> None:
        self._contents = States()
        self._states: OrderedDict[tuple[int, str, bool], State] = OrderedDict()
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
        return await asyncio.to_thread(ranked, state, asked, limit) if state.paths else []

    async def again(self, connection: AsyncConnection, of: Branch, text: str, *, limit: int) -> list[Located]:
        """The same by words alone for a branch that may be read; a text that was asked at this commit costs nothing more."""
        key = (of.ref_id, of.commit, text)
        held = self._answers.pop(key, None)
        if held is None:
            state = await self._state(connection, of, "", aside=False)
            held = await asyncio.to_thread(ranked, state, Asked(text), limit) if state.paths else []
        self._answers[key] = held
        while len(self._answers) > ANSWERS_KEPT_MAX:
            self._answers.popitem(last=False)
        return held

    async def _state(self, connection: AsyncConnection, of: Branch, model_id: str, aside: bool) -> State:
        key = (of.ref_id, model_id, aside)
        async with self._making:  # two questions at once would read the same twice
            held = self._states.pop(key, None)
            # Vectors come after the commit: until most are there, a state is made anew when it is asked.
            if held is None or held.commit != of.commit or (model_id and held.embedded < 1):
                held = await self._contents.make(connection, of, model_id=model_id, aside=aside)
            self._states[key] = held
            while len(self._states) > STATES_KEPT_MAX:
                self._states.popitem(last=False)
            return held
