"""Asking the model about facts in idle time; every call is counted, and given up when there is other work."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from forgecrew.agents.facts_shown import batch
from forgecrew.agents.find_facts import FactFinder, finder
from forgecrew.core.errors import LimitReached
from forgecrew.core.message import ModelReply, ModelRequest
from forgecrew.core.moment import utc_now
from forgecrew.kernel.idle_time import IdleTime
from forgecrew.memory.facts.offer import KINDS, FactSource, Offer
from forgecrew.memory.facts.progress import Progress
from forgecrew.ports.chat_model import ChatModel

log = logging.getLogger(__name__)

PER_TEXT_MAX = 2


@dataclass(frozen=True, slots=True)
class FactAsking:
    """What is asked raises ModelUnavailable, ConfigError and Interrupted; a prompt that does not fit gives nothing."""

    model: Callable[[], ChatModel]
    idle: IdleTime

    async def choose(
        self, how_far: Progress, texts: Sequence[FactSource], *, newest: bool = False
    ) -> tuple[int, list[int] | None]:
        """How many of the texts (the first, or the newest) were looked at, and ids of those that may hold facts.

        None for an answer without the form.
        """
        ask = await self._finder(how_far)
        some = batch(texts[::-1], ask.characters_per_token)[::-1] if newest else batch(texts, ask.characters_per_token)
        try:
            picked = await ask.pick(some)
        except LimitReached as error:
            log.warning("texts %d to %d are passed over: %s", some[0].id, some[-1].id, error)
            picked = []
        return len(some), None if picked is None else [some[place].id for place in picked]

    async def offers(self, how_far: Progress, source: FactSource, earlier: Sequence[tuple[str, str]]) -> list[Offer]:
        """Facts of one text, as the model tells them."""
        ask = await self._finder(how_far)
        offers: list[Offer] = []
        while len(offers) < PER_TEXT_MAX:
            try:
                found = await ask.take(source, earlier, offers)
            except LimitReached as error:
                log.warning("text %d is passed over: %s", source.id, error)
                break
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

    async def name(self) -> str:
        """What the model is called."""
        return (await self.model().profile()).name

    async def _finder(self, how_far: Progress) -> FactFinder:
        model = self.model()
        profile = await model.profile()

        async def ask(request: ModelRequest) -> ModelReply:
            reply = await self.idle.spend(model.complete(request))
            how_far.called(reply.prompt_tokens)
            return reply

        return finder(ask, profile.window, profile.characters_per_token)
