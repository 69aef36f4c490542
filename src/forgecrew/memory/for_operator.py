"""Memory for the operator, by API and shell: everything that is kept may be asked, except what is secret."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from forgecrew.core.label import Integrity, Label
from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef
from forgecrew.memory.graph.as_of import thread_at
from forgecrew.memory.notes import keep_note
from forgecrew.memory.recall.asked import MIN_RELEVANCE, Asked, Line, Recalled
from forgecrew.memory.recall.fair import fair
from forgecrew.memory.recall.related import Related, of_entities, related
from forgecrew.store.database import Database
from forgecrew.store.queries import entities, notes, recall_log, relabel
from forgecrew.store.queries.entities import Entity
from forgecrew.store.queries.recall_log import RecallRow

if TYPE_CHECKING:  # numpy is large, and `serve` mostly does without
    from forgecrew.memory.recall.recaller import Recaller

TOKENS_MAX = 6_000
CODE_TEXT_MAX = 4_000
AUTHOR = "operator"


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

    async def as_of(
        self, repo: RepoRef, number: int, at: datetime | None, *, known_at: datetime | None = None
    ) -> dict[str, list[str]]:
        """What held of a thread at a moment, as it was known at another."""
        scope = await self._scope()
        async with self.database.read() as connection:
            return await thread_at(connection, scope, repo, number, at, known_at=known_at)

    async def note(self, text: str, *, repo: str, number: int = 0) -> str:
        """Keep a note for those who may read its repository; gives its id. Raises RefusedError."""
        async with self.database.read() as connection:
            readers = (await relabel.readers_of(connection, {repo: ""})).get(repo, f"repo:{repo}")
        label = Label(Integrity.OPERATOR, readers)
        return await keep_note(self.database, text, repo=repo, number=number, author=AUTHOR, label=label, own=False)

    async def note_text(self, note_id: str) -> str:
        """The whole note; empty when there is none."""
        async with self.database.read() as connection:
            return "\n\n".join(await notes.texts(connection, note_id))

    async def forget_note(self, note_id: str) -> bool:
        """Remove a note; whether there was one."""
        async with self.database.write() as connection:
            return await notes.remove(connection, note_id) > 0

    async def log(self, *, run_id: str = "", limit: int = 50) -> list[RecallRow]:
        """What was recalled, the last first."""
        async with self.database.read() as connection:
            return await recall_log.recent(connection, run_id=run_id, limit=limit)

    async def _scope(self, repo: str = "") -> Scope:
        async with self.database.read() as connection:
            readers = await notes.all_readers(connection)
        return Scope(readers, frozenset({"", repo}) if repo else None)
