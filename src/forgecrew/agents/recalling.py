"""What memory gives to a prompt without being asked: as much as the other blocks leave room for."""

import math
from collections.abc import Sequence

from forgecrew.agents.budgets import Budgets
from forgecrew.agents.context import Block
from forgecrew.agents.desk import Desk
from forgecrew.core.tokens import CHARACTERS_PER_TOKEN, estimate

SLACK = 60
"""Tags, and what escaping adds."""
CARD_CHARACTERS_MAX = 900
LAST_CHARACTERS_MAX = 1_000
"""What came last is long and about much else, so the words of the task stand before it and are not fewer."""


async def with_memory(
    desk: Desk, blocks: Sequence[Block], budgets: Budgets, *, card: str, last: str, characters_per_token: float
) -> tuple[Block, ...]:
    """The blocks and, where there is room for it, one with what memory holds about the task and about what came last."""
    if desk.recall is None:
        return tuple(blocks)
    taken = sum(min(block.tokens_max, estimate(block.text, characters_per_token)) for block in blocks)
    room = min(budgets.memory, budgets.prompt - taken - SLACK)
    # Memory counts with the usual density, this model may have another.
    tokens_max = math.floor(room * min(1.0, characters_per_token / CHARACTERS_PER_TOKEN) * 0.95)
    if tokens_max <= 0:
        return tuple(blocks)
    about = desk.task.title or card.strip().partition("\n")[0]
    told = card.strip().partition("\n")[2].strip()[:CARD_CHARACTERS_MAX]
    more = f"{told}\n{last[:LAST_CHARACTERS_MAX]}".strip()
    text = await desk.recall.block(about, more, tokens_max=tokens_max, card=card)
    return (*blocks, Block("memory", text, room, "head")) if text else tuple(blocks)
