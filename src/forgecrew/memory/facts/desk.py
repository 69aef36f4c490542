"""What finding facts writes: how far it is, facts together with that, and facts of texts that were edited."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from forgecrew.core.moment import utc_now
from forgecrew.memory.facts import progress
from forgecrew.memory.facts.follow import follow, to_follow
from forgecrew.memory.facts.keep import keep
from forgecrew.memory.facts.offer import FactSource, Offer
from forgecrew.memory.facts.progress import Progress
from forgecrew.store.database import Database
from forgecrew.store.queries.locks import take_turn


@dataclass(frozen=True, slots=True)
class FactDesk:
    """One per process."""

    database: Database

    async def follow(self) -> int:
        """Let facts follow texts that were edited; the lock of writers is taken only when there are some."""
        async with self.database.read() as connection:
            if not await to_follow(connection):
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
