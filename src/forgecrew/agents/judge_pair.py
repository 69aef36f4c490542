"""A model's judgement on two reports: the same, related, or different. Asked before anybody is told of a pair."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from forgecrew.agents import schema
from forgecrew.agents.budgets import Budgets
from forgecrew.agents.context import Block
from forgecrew.agents.decide import Ask, Question, decide

Verdict = Literal["same", "related", "different"]
FORM = schema.flat("Pair", verdict=schema.one_of("same", "related", "different"), reason=schema.text(200))
_ASKED = Path(__file__).with_suffix(".md").read_text(encoding="utf-8").strip()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a model thinks of a pair."""

    verdict: Verdict
    reason: str


async def judge(
    ask: Ask, budgets: Budgets, *, newer: tuple[str, str], older: tuple[str, str], role: str = "triager"
) -> Judgement:
    """One decision about two reports (title, body); both are shown as material. Raises AskHuman when none can be got."""
    room = (budgets.card + budgets.observations) // 2
    blocks = (
        Block("newer", "\n\n".join(newer), room, "head"),
        Block("older", "\n\n".join(older), room, "head"),
        Block("question", _ASKED, budgets.contract),
    )
    answer = await decide(ask, Question(blocks, budgets, role, "judge a pair"), FORM)
    return Judgement(cast("Verdict", answer["verdict"]), str(answer["reason"]))
