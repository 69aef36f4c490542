"""Finding facts in what people said: first which of some texts hold any, by number alone, then each by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from forgecrew.agents import schema
from forgecrew.agents.budgets import Budgets
from forgecrew.agents.context import Block
from forgecrew.agents.decide import Ask, Question
from forgecrew.agents.facts_shown import TEXTS_TOKENS, shown
from forgecrew.agents.repair import read
from forgecrew.core.json import Json
from forgecrew.core.tokens import CHARACTERS_PER_TOKEN
from forgecrew.memory.facts.offer import KINDS, QUOTE_CHARACTERS_MAX, TOPIC_CHARACTERS_MAX, FactSource, Offer

WINDOW = 4096
"""Never more, whatever the model could read: the prompts of idle work stay small."""
PICKS_MAX = 6
EARLIER_TOKENS = 400
ROLE = "memory"
PICK = schema.flat("Picked", texts=schema.texts(PICKS_MAX, 4))
TAKE = schema.flat(
    "Fact", kind=schema.one_of(*KINDS, "none"), quote=schema.text(QUOTE_CHARACTERS_MAX), about=schema.text(80),
    topic=schema.text(TOPIC_CHARACTERS_MAX), statement=schema.text(200), sure=schema.one_of("certain", "likely", "guess"),
    more=schema.yes_no(),
)  # fmt: skip
_PICK, _TAKE = (Path(__file__).with_name(f"find_facts_{name}.md").read_text("utf-8").strip() for name in ("pick", "take"))


@dataclass(frozen=True, slots=True)
class FactFinder:
    """Asks a model; every question is one call without a second try: nobody waits, and what is missed costs nothing."""

    ask: Ask
    budgets: Budgets
    characters_per_token: float = CHARACTERS_PER_TOKEN

    async def pick(self, texts: Sequence[FactSource]) -> list[int] | None:
        """Places of the texts that may hold a fact; None for an answer without the form. What `ask` raises goes through."""
        listed = "\n\n".join(f"[{place}] {shown(one)}" for place, one in enumerate(texts, 1))
        block = Block("texts", listed, TEXTS_TOKENS + 300, "head")
        answer = await self._answer((block,), _PICK, PICK, "pick texts that hold facts")
        if answer is None:
            return None
        named = [int(digits) for one in answer["texts"] if (digits := one.strip("[] .#")).isdigit() and digits.isascii()]
        return list(dict.fromkeys(place - 1 for place in named if 1 <= place <= len(texts)))

    async def take(
        self, one: FactSource, earlier: Sequence[tuple[str, str]] = (), taken: Sequence[Offer] = ()
    ) -> tuple[Offer, bool] | None:
        """One fact of one text (of the kind `none` when it holds no other), and whether it holds more; None as above.

        `earlier` are topics and statements that it may end, or that may have ended it; they are no source.
        """
        before = "\n".join(f"- {topic}: {statement}" for topic, statement in earlier)
        material = (Block("text", shown(one), TEXTS_TOKENS, "head"), Block("settled", before, EARLIER_TOKENS))
        asked = "\n\n".join((_TAKE, *(f"Already taken: {offer.statement}" for offer in taken)))
        answer = await self._answer(material, asked, TAKE, "take a fact")
        if answer is None:
            return None
        more = bool(answer.pop("more"))
        answer["quote"] = answer["quote"].strip().strip('"“”').strip()
        return Offer(**answer), more

    async def _answer(self, material: Sequence[Block], asked: str, form: Json, purpose: str) -> Json | None:
        blocks = (*material, Block("question", asked, self.budgets.window))
        question = Question(blocks, self.budgets, ROLE, purpose, self.characters_per_token)
        reply = await self.ask(question.request(form))
        found, missing = read(reply.text, form)
        return None if missing else found


def finder(ask: Ask, window: int, characters_per_token: float) -> FactFinder:
    """One for a model with such a window."""
    return FactFinder(ask, Budgets.for_window(min(WINDOW, window)), characters_per_token)
