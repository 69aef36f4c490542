"""Code in a recall: the files and symbols of the task's own repository that it is most likely about, or none."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from forgecrew.core.label import Integrity, Label
from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef
from forgecrew.core.tokens import estimate
from forgecrew.memory.code.contents import Part
from forgecrew.memory.code.locate import Located, Locator
from forgecrew.memory.ranking import code_sure
from forgecrew.memory.recall.asked import Asked, Line
from forgecrew.memory.recall.places import url_at
from forgecrew.memory.recall.show import one_line, trust_mark
from forgecrew.store.database import Database
from forgecrew.store.queries import code_asking
from forgecrew.store.queries.code_asking import Branch

SECONDS_MAX = 0.2
"""Longer no recall waits. The first question at a commit reads the words of all files: it is answered the next time."""
FILES_MAX = 5
BESIDE_SHARE = 0.4
"""A file behind the best is shown only when it is at least this likely, compared with the best."""
SIGNATURE_TOKENS_MAX = 40
UNDER_WAY_MAX = 4


class CodeLines:
    """One per process; what takes too long goes on, so that the next step finds it done."""

    def __init__(self, database: Database, *, seconds_max: float = SECONDS_MAX) -> None:
        self._database, self._seconds_max = database, seconds_max
        self._locator = Locator()
        self._under_way: dict[tuple[Scope, str, str], asyncio.Task[list[Line]]] = {}

    async def lines(self, asked: Asked) -> list[Line]:
        """Lines about `asked.code`, best first; none when nothing is likely enough or it takes too long."""
        if not asked.code.strip() or not asked.repo:
            return []
        key = (asked.scope, asked.repo, asked.code)
        task = self._under_way.get(key)
        if task is None:
            if len(self._under_way) >= UNDER_WAY_MAX:
                return []
            task = self._under_way[key] = asyncio.create_task(self._find(asked))
            task.add_done_callback(lambda done: self._ended(key, done))
        await asyncio.wait({task}, timeout=self._seconds_max)
        return task.result() if task.done() else []

    async def close(self) -> None:
        """Give up what is under way."""
        some = list(self._under_way.values())
        for task in some:
            task.cancel()
        await asyncio.gather(*some, return_exceptions=True)

    def _ended(self, key: tuple[Scope, str, str], done: asyncio.Task[list[Line]]) -> None:
        self._under_way.pop(key, None)
        if not done.cancelled():
            done.exception()  # told by whoever still waits for it

    async def _find(self, asked: Asked) -> list[Line]:
        # Whoever may merge stands behind this branch, and the run works in a checkout of it: it may be as trusted as it likes.
        scope = replace(asked.scope, integrity_min=min(asked.scope.integrity_min, Integrity.MERGED))
        async with self._database.read() as connection:
            of = await code_asking.branch(connection, scope, str(RepoRef.parse(asked.repo)))
            found = await self._locator.again(connection, of, asked.code, limit=FILES_MAX) if of else []
        return [code_line(of, one, part, asked) for one, part in chosen(found)] if of else []


def chosen(found: Sequence[Located]) -> list[tuple[Located, Part]]:
    """What is shown: nothing unless the best file is likely enough; of it two pieces, of others that are near it one."""
    if not found or found[0].likelihood < code_sure.shipped().threshold:
        return []
    near = [one for one in found if one.likelihood >= BESIDE_SHARE * found[0].likelihood]
    first = [(one, part) for one in near for part in one.parts[:1]]
    more = [(near[0], part) for part in near[0].parts[1:2]]
    return [*first[:1], *more, *first[1:]]


def code_line(of: Branch, one: Located, part: Part, asked: Asked) -> Line:
    """`[m:s12x3] code shop/cart.py:3-9 Cart.total: def total(self) -> int (merged) <address at the commit>`."""
    lines = f"{part.start_line}-{part.end_line}"
    label = Label(Integrity.MERGED, of.readers)
    named = f"{part.name}: {part.signature}" if "." in part.name or not part.signature else part.signature
    said = one_line("head of the file" if part.kind == "module" else named, asked.clean, SIGNATURE_TOKENS_MAX)
    url = url_at(asked.forge_url, of, one.path, lines)
    text = f"[m:{part.id}] code {one.path}:{lines} {said} ({trust_mark(label)}) <{url}>"
    return Line(part.id, "code", text, url, label, of.at, estimate(text) + 1, one.likelihood)
