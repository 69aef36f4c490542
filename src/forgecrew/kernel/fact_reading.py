"""One step of finding facts: edits are followed, some texts are looked through, or one that was chosen is read closely."""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from forgecrew.core.errors import ModelUnavailable
from forgecrew.core.moment import utc_now
from forgecrew.kernel.fact_asking import FactAsking
from forgecrew.memory.facts.desk import FactDesk
from forgecrew.memory.facts.earlier import earlier
from forgecrew.memory.facts.offer import FactSource
from forgecrew.memory.facts.progress import Progress
from forgecrew.memory.facts.slot import WRITER
from forgecrew.memory.facts.sources import FactSources

log = logging.getLogger(__name__)

FORMLESS_MAX = 3
"""So often the same texts are shown to a model that answers without the form, then they are passed over."""

MayWrite = Callable[[str, str], Awaitable[bool]]
"""Whether an account (second) may write to a repository (owner/name). Raises ForgeUnavailable."""


@dataclass(slots=True)
class FactReading:
    """`per_day_max` bounds the facts of one day; what is left is read on the next one."""

    desk: FactDesk
    sources: FactSources
    asking: FactAsking
    may_write: MayWrite
    per_day_max: int
    _formless: int = field(default=0, repr=False)

    async def step(self) -> bool:
        """False when there is nothing to do. What asking the model and the forge raises goes through, and nothing is lost."""
        await self.desk.follow()
        how_far = await self.desk.progress()
        if how_far.kept_on(utc_now()) >= self.per_day_max:
            return False
        if not how_far.chosen:
            return await self._choose(how_far)
        await self._read(how_far)
        return True

    async def _choose(self, how_far: Progress) -> bool:
        if not how_far.past:  # the first time: all that is there is past
            how_far.chunk = await self.sources.newest()
            how_far.past = how_far.chunk + 1
        texts, last = await self.sources.texts(how_far.chunk)
        if last != how_far.chunk:
            count = await self._look(how_far, texts)
            how_far.chunk = last if count == len(texts) else texts[count - 1].id
        else:
            texts, first = await self.sources.older(how_far.past)
            if first == how_far.past:
                return False
            # From the end of the list: what does not fit into this question belongs to the next one, further down.
            count = await self._look(how_far, texts, newest=True)
            how_far.past = first if count == len(texts) else texts[-count].id
        await self.desk.save(how_far)
        return True

    async def _look(self, how_far: Progress, texts: Sequence[FactSource], *, newest: bool = False) -> int:
        """How many of them were looked at, from the beginning or the end."""
        if not texts:
            return 0
        count, chosen = await self.asking.choose(how_far, texts, newest=newest)
        if chosen is None:
            await self._without_form(how_far)
        self._formless = 0
        how_far.chosen = chosen or []
        how_far.texts += count
        return count

    async def _read(self, how_far: Progress) -> None:
        source = await self.sources.text(how_far.chosen[0])
        if source is None:
            how_far.chosen = how_far.chosen[1:]
            await self.desk.save(how_far)
            return
        writes = await self.may_write(source.repo, source.author)
        standing = max(source.integrity, WRITER) if writes else source.integrity
        offers = await self.asking.offers(how_far, source, await earlier(self.desk.database, source))
        how_far.chosen = how_far.chosen[1:]
        done = await self.desk.keep(how_far, source, offers, model=await self.asking.name(), standing=standing)
        log.info("facts of %s: %s", source.source_key, dict(done) or "none")

    async def _without_form(self, how_far: Progress) -> None:
        """Raises ModelUnavailable, so that it rests, until the same texts were shown often enough."""
        self._formless += 1
        how_far.add(Counter({"without the form": 1}), utc_now())
        if self._formless < FORMLESS_MAX:
            await self.desk.save(how_far)
            raise ModelUnavailable("the model answers without the form when it is asked which texts hold facts")
