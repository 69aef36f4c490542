"""What finding facts reads and writes: texts that may be read, how far it is, and facts kept together with that."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from forgecrew.core.moment import utc_now
from forgecrew.memory.extract.text_patterns import is_recalled
from forgecrew.memory.facts import progress
from forgecrew.memory.facts.follow import follow
from forgecrew.memory.facts.keep import keep
from forgecrew.memory.facts.offer import PREFIX, FactSource, Offer
from forgecrew.memory.facts.progress import Progress
from forgecrew.memory.facts.spoken import QUOTE_CHARACTERS_MIN, spoken
from forgecrew.store.database import Database
from forgecrew.store.queries import found_facts
from forgecrew.store.queries.locks import take_turn

TOPICS_MAX = 12
LOOKED_AT_ONCE = 40


@dataclass(frozen=True, slots=True)
class FactDesk:
    """`crew` are accounts whose words are no source, `clean` takes out of a text what its page does not show.

    `withheld` tells of a text that it must not be read, since it gives a secret away.
    """

    database: Database
    crew: Collection[str]
    clean: Callable[[str], str]
    withheld: Callable[[str], bool]

    async def follow(self) -> int:
        """Let facts follow texts that were edited; the lock of writers is taken only when there are facts at all."""
        async with self.database.read() as connection:
            if not await found_facts.strayed(connection, PREFIX, limit=1) and not await found_facts.back_again(
                connection, PREFIX, limit=1
            ):
                return 0
        async with self.database.write() as connection:
            await take_turn(connection, "memory")
            return await follow(connection)

    async def progress(self) -> Progress:
        """How far it is."""
        async with self.database.read() as connection:
            return await progress.load(connection)

    async def save(self, how_far: Progress) -> None:
        """Keep how far it is."""
        async with self.database.write() as connection:
            await progress.save(connection, how_far)

    async def texts(self, after: int) -> tuple[list[FactSource], int]:
        """The next texts that may be read, and the last chunk that was looked at for them (`after` when there is none)."""
        but = [one.lower() for one in self.crew]
        async with self.database.read() as connection:
            rows = await found_facts.sources(connection, after=after, but=but, limit=LOOKED_AT_ONCE)
        found = [made for row in rows if (made := self._source(row))]
        return found, rows[-1].id if rows else after

    async def text(self, chunk_id: int) -> FactSource | None:
        """One of them, as it is now; None when it does not stand there any more."""
        async with self.database.read() as connection:
            row = await found_facts.source(connection, chunk_id)
        return None if row is None else self._source(row)

    async def topics(self, source: FactSource) -> list[str]:
        """Topics that its repository's facts have, for whoever may read the same."""
        async with self.database.read() as connection:
            return await found_facts.topics(connection, source.repo, source.readers, PREFIX, limit=TOPICS_MAX)

    async def keep(
        self, how_far: Progress, source: FactSource, offers: Sequence[Offer], *, model: str, standing: int
    ) -> Counter[str]:  # fmt: skip
        """Facts of one text and how far it is with them, in one transaction."""
        now = utc_now()
        async with self.database.write() as connection:
            await take_turn(connection, "memory")
            done = await keep(connection, source, offers, model=model, standing=standing, now=now)
            how_far.add(done, now)
            await progress.save(connection, how_far)
        return done

    def _source(self, row: Any) -> FactSource | None:
        """None for what holds nothing of its author, copies what memory had shown, or gives a secret away."""
        text = self.clean(row.text)
        if len(spoken(text)) < QUOTE_CHARACTERS_MIN or is_recalled(row.text) or self.withheld(row.text):
            return None
        return FactSource(
            row.id, row.event_id, row.entity_id, row.repo, row.readers, row.integrity, row.kind, row.source_key, row.thread_key,
            row.author, row.at, text,
        )  # fmt: skip
