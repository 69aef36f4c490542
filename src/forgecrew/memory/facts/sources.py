"""The texts that may be read for facts: what people said, as their page shows it, without secrets and what memory had shown."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from forgecrew.memory.extract.text_patterns import is_recalled
from forgecrew.memory.facts.offer import QUOTE_CHARACTERS_MIN, FactSource
from forgecrew.memory.facts.spoken import spoken
from forgecrew.store.database import Database
from forgecrew.store.queries import fact_texts

LOOKED_AT_ONCE, OLDER_AT_ONCE = 40, 12


@dataclass(frozen=True, slots=True)
class FactSources:
    """`crew` are accounts whose words are no source, `clean` takes out of a text what its page does not show.

    `withheld` tells of a text that it must not be read, since it gives a secret away.
    """

    database: Database
    crew: Collection[str]
    clean: Callable[[str], str]
    withheld: Callable[[str], bool]

    async def texts(self, after: int) -> tuple[list[FactSource], int]:
        """The next texts that may be read, and the last chunk that was looked at for them (`after` when there is none)."""
        rows = await self._rows(after=after)
        return [made for row in rows if (made := self._source(row))], rows[-1].id if rows else after

    async def older(self, before: int) -> tuple[list[FactSource], int]:
        """The same downwards, as many as one question may hold; the first chunk that was looked at (`before` when none)."""
        rows = await self._rows(before=before, limit=OLDER_AT_ONCE)
        return [made for row in rows if (made := self._source(row))], rows[0].id if rows else before

    async def newest(self) -> int:
        """The chunk that came last."""
        async with self.database.read() as connection:
            return await fact_texts.newest(connection)

    async def _rows(self, *, after: int = 0, before: int = 0, limit: int = LOOKED_AT_ONCE) -> Sequence[Any]:
        but = [one.lower() for one in self.crew]
        async with self.database.read() as connection:
            return await fact_texts.sources(connection, after=after, before=before, but=but, limit=limit)

    async def text(self, chunk_id: int) -> FactSource | None:
        """One of them, as it is now; None when it does not stand there any more."""
        async with self.database.read() as connection:
            row = await fact_texts.source(connection, chunk_id)
        return None if row is None else self._source(row)

    def _source(self, row: Any) -> FactSource | None:
        """None for what holds nothing of its author, copies what memory had shown, or gives a secret away."""
        text = self.clean(row.text)
        if len(spoken(text)) < QUOTE_CHARACTERS_MIN or is_recalled(row.text) or self.withheld(row.text):
            return None
        return FactSource(
            row.id, row.event_id, row.entity_id, row.repo, row.readers, row.integrity, row.kind, row.source_key, row.thread_key,
            row.author, row.at, text,
        )  # fmt: skip
