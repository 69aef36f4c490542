"""One step of finding facts: edits are followed, some texts are looked through, or one that was chosen is read closely."""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from forgecrew.agents.find_facts import FactFinder, batch, finder
from forgecrew.core.errors import LimitReached, ModelUnavailable
from forgecrew.core.message import ModelReply, ModelRequest
from forgecrew.core.moment import utc_now
from forgecrew.kernel.idle_time import IdleTime
from forgecrew.memory.facts.desk import FactDesk
from forgecrew.memory.facts.offer import KINDS, FactSource, Offer
from forgecrew.memory.facts.progress import Progress
from forgecrew.memory.facts.slot import WRITER
from forgecrew.ports.chat_model import ChatModel

log = logging.getLogger(__name__)

PER_TEXT_MAX = 2
FORMLESS_MAX = 3
"""So often the same texts are shown to a model that answers without the form, then they are passed over."""

MayWrite = Callable[[str, str], Awaitable[bool]]
"""Whether an account (second) may write to a repository (owner/name). Raises ForgeUnavailable."""


@dataclass(slots=True)
class FactReading:
    """`per_day_max` bounds the facts of one day; what is left is read on the next one."""

    desk: FactDesk
    model: Callable[[], ChatModel]
    may_write: MayWrite
    per_day_max: int
    _formless: int = field(default=0, repr=False)

    async def step(self, idle: IdleTime) -> bool:
        """False when there is nothing to do. What asking the model and the forge raises goes through, and nothing is lost."""
        await self.desk.follow()
        how_far = await self.desk.progress()
        if how_far.kept_on(utc_now()) >= self.per_day_max:
            return False
        if how_far.chosen:
            await self._read(how_far, idle)
            return True
        return await self._choose(how_far, idle)

    async def _choose(self, how_far: Progress, idle: IdleTime) -> bool:
        texts, last = await self.desk.texts(how_far.chunk)
        if last == how_far.chunk:
            return False
        if not texts:
            how_far.chunk = last
            await self.desk.save(how_far)
            return True
        ask = await self._finder(how_far, idle)
        some = batch(texts, ask.characters_per_token)
        try:
            picked = await ask.pick(some)
        except LimitReached as error:
            log.warning("texts %d to %d are passed over: %s", some[0].id, some[-1].id, error)
            picked = []
        if picked is None:
            await self._without_form(how_far)
            picked = []
        self._formless = 0
        how_far.chosen = [some[place].id for place in picked]
        how_far.texts += len(some)
        how_far.chunk = last if len(some) == len(texts) else some[-1].id
        await self.desk.save(how_far)
        return True

    async def _read(self, how_far: Progress, idle: IdleTime) -> None:
        source = await self.desk.text(how_far.chosen[0])
        offers: list[Offer] = []
        standing = 0
        name = ""
        if source is not None:
            ask = await self._finder(how_far, idle)
            name = (await self.model().profile()).name
            try:
                offers = await self._offers(how_far, ask, source)
            except LimitReached as error:
                log.warning("text %d is passed over: %s", source.id, error)
            if offers:
                writes = await self.may_write(source.repo, source.author)
                standing = max(source.integrity, WRITER) if writes else source.integrity
        how_far.chosen = how_far.chosen[1:]
        if source is None:
            await self.desk.save(how_far)
            return
        done = await self.desk.keep(how_far, source, offers, model=name, standing=standing)
        log.info("facts of %s: %s", source.source_key, dict(done) or "none")

    async def _offers(self, how_far: Progress, ask: FactFinder, source: FactSource) -> list[Offer]:
        topics = await self.desk.topics(source)
        offers: list[Offer] = []
        while len(offers) < PER_TEXT_MAX:
            found = await ask.take(source, topics, offers)
            if found is None:
                how_far.add(Counter({"without the form": 1}), utc_now())
                break
            offer, more = found
            if offer.kind not in KINDS or offer in offers:
                how_far.add(Counter({"no fact": not offers}), utc_now())
                break
            offers.append(offer)
            if not more:
                break
        return offers

    async def _without_form(self, how_far: Progress) -> None:
        """Raises ModelUnavailable, so that it rests, until the same texts were shown often enough."""
        self._formless += 1
        how_far.add(Counter({"without the form": 1}), utc_now())
        if self._formless < FORMLESS_MAX:
            await self.desk.save(how_far)
            raise ModelUnavailable("the model answers without the form when it is asked which texts hold facts")

    async def _finder(self, how_far: Progress, idle: IdleTime) -> FactFinder:
        model = self.model()
        profile = await model.profile()

        async def ask(request: ModelRequest) -> ModelReply:
            reply = await idle.spend(model.complete(request))
            how_far.called(reply.prompt_tokens)
            return reply

        return finder(ask, profile.window, profile.characters_per_token)
