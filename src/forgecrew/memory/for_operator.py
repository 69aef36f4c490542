"""Memory for the operator, by API and shell: everything that is kept may be asked, except what is secret."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forgecrew.core.scope import Scope
from forgecrew.memory.recall.asked import MIN_RELEVANCE, Asked, Line, Recalled
from forgecrew.memory.recall.fair import fair
from forgecrew.memory.recall.related import Related, of_entities, related
from forgecrew.store.database import Database
from forgecrew.store.queries import entities, notes
from forgecrew.store.queries.entities import Entity

if TYPE_CHECKING:  # numpy is large, and `serve` mostly does without
    from forgecrew.memory.recall.recaller import Recaller

TOKENS_MAX = 6_000
CODE_TEXT_MAX = 4_000


@dataclass(frozen=True, slots=True)
class MemoryDesk:
    """One per process; `forge_url` and `public_url` make the addresses of what is found."""

    database: Database
    recaller: "Recaller"
    forge_url: str = ""
    public_url: str = ""

    async def search(self, query: str, *, limit: int = 12, min_relevance: float = MIN_RELEVANCE, repo: str = "") -> Recalled:
        """Cited lines, at most `limit`, of texts and of code; `repo` narrows it to what belongs to one repository."""
        asked = Asked(
            query, await self._scope(repo), TOKENS_MAX, repo=repo, limit=limit, min_relevance=min_relevance,
            forge_url=self.forge_url, public_url=self.public_url, code=query[:CODE_TEXT_MAX],
        )  # fmt: skip
        found = await self.recaller.recall(asked)
        return replace(found, lines=fair(found.lines, limit, min_relevance))

    async def about(self, lines: Sequence[Line]) -> dict[str, Entity]:
        """The entity that a line is about, by the line's id; lines about none are left out."""
        scope = await self._scope()
        async with self.database.read() as connection:
            held = await entities.by_ids(connection, scope, [line.entity_id for line in lines if line.entity_id])
            files = {line.place: await entities.find(connection, scope, "file", line.place) for line in lines if line.place}
        found = {line.id: held.get(line.entity_id) or files.get(line.place) for line in lines}
        return {id: one for id, one in found.items() if one is not None}

    async def related(
        self, name: str, *, entity_id: int = 0, repo: str = "", kinds: Sequence[str] = (), limit: int = 40
    ) -> list[Related]:
        """What is one step away from what is named, or from an entity by its id."""
        scope = await self._scope()
        async with self.database.read() as connection:
            if entity_id:
                some = list((await entities.by_ids(connection, scope, [entity_id])).values())
                return await of_entities(connection, scope, some, kinds=tuple(kinds), limit=limit, forge_url=self.forge_url)
            found = await related(connection, scope, name, repo=repo, kinds=tuple(kinds), forge_url=self.forge_url)
            return found[:limit]

    async def related_to(self, some: Sequence[Entity], *, each: int) -> list[Related]:
        """What is one step away from each of some entities, at most `each` of one."""
        scope = await self._scope()
        async with self.database.read() as connection:
            return [
                line
                for one in some
                for line in await of_entities(connection, scope, [one], limit=each, forge_url=self.forge_url)
            ]

    async def _scope(self, repo: str = "") -> Scope:
        async with self.database.read() as connection:
            readers = await notes.all_readers(connection)
        return Scope(readers, frozenset({"", repo}) if repo else None)
