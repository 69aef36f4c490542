"""Earlier issues that a new one may belong to: shown only when the crew's model has looked at both and says so."""

import re
from dataclasses import asdict
from typing import Any

from forgecrew.agents.budgets import Budgets
from forgecrew.agents.desk import Desk
from forgecrew.agents.issue_card import IssueCard
from forgecrew.agents.judge_pair import judge
from forgecrew.agents.thinking import note, profile_of, step_of, think
from forgecrew.core.errors import LimitReached
from forgecrew.core.message import ModelReply, ModelRequest
from forgecrew.core.signals import AskHuman
from forgecrew.ports.earlier_threads import Earlier

REASON_CHARACTERS_MAX = 200
_CALLS = re.compile(r"[@#]|https?://\S*")
"""What would call people, link threads or lead elsewhere."""


async def related(desk: Desk, card: IssueCard) -> list[str]:
    """One sentence for each; nothing is asked of the model when memory finds no likely one."""
    if desk.earlier is None:
        return []
    earlier = desk.earlier

    async def load() -> list[dict[str, Any]]:
        return [asdict(one) for one in await earlier.likely(card.number, card.title, card.body)]

    lines: list[str] = []
    for stored in await desk.read("earlier issues", load):
        one = Earlier(**stored)
        try:
            said = await _judged(desk, card, one)
        except (AskHuman, LimitReached):
            break  # a hint is not worth asking anybody
        if said:
            lines.append(said)
    return lines


async def _judged(desk: Desk, card: IssueCard, one: Earlier) -> str:
    """What is said of a pair; "" when they are different."""

    async def ask(request: ModelRequest) -> ModelReply:
        reply = await think(desk, request)
        await note(desk, step_of(desk, "read", "decide", reply), action=f"compare with #{one.number}", observation=reply.text)
        return reply

    budgets = Budgets.for_window((await profile_of(desk)).window)
    answer = await judge(ask, budgets, newer=(card.title, card.body), older=(one.title, one.body), role=desk.role.name)
    if answer.verdict == "different":
        return ""
    reason = " ".join(_CALLS.sub("", answer.reason).split())[:REASON_CHARACTERS_MAX].rstrip(".")
    how = "the same as" if answer.verdict == "same" else "related to"
    return f"This may be {how} #{one.number}, because: {reason}." if reason else f"This may be {how} #{one.number}."
