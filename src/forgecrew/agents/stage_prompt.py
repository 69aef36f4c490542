"""The prompt of one step of a stage: rebuilt from what is known, within the window, every time."""

from collections.abc import Sequence

from forgecrew.agents.budgets import Budgets
from forgecrew.agents.context import Block, assemble
from forgecrew.agents.desk import Desk
from forgecrew.agents.prompt import identity, instruction
from forgecrew.agents.recalling import with_memory
from forgecrew.agents.stage_memory import StageMemory
from forgecrew.agents.thinking import profile_of
from forgecrew.core.message import ModelRequest
from forgecrew.core.tokens import estimate

HOW = (
    "Answer with at most three short sentences of thought, then exactly one fenced block: the next action. "
    "You will see its result. Blocks:\n{contracts}\n```done\nyour closing notes\n```\nends this stage."
)


def how(contracts: Sequence[str], tokens_max: int, characters_per_token: float) -> str:
    """How to answer, with the contracts that fit, in the role's order: half of one would teach a wrong form."""
    shown = ""
    for contract in contracts:
        longer = f"{shown}\n{contract.strip()}".strip()
        if estimate(HOW.format(contracts=longer), characters_per_token) > tokens_max:
            break
        shown = longer
    return HOW.format(contracts=shown)


async def build(
    desk: Desk, stage: str, tools: tuple[str, ...], card: str, guide: str, memory: StageMemory, steps_left: int
) -> ModelRequest:
    """The request for the next step; tells the model when few steps are left."""
    profile = await profile_of(desk)
    budgets, density = Budgets.for_window(profile.window), profile.characters_per_token
    room_for_tools = budgets.contract + budgets.tools
    question = instruction(desk, stage)
    if steps_left == 0:
        question += "\nThis is your last step in this stage: answer with the done block."
    else:
        question += f"\n({steps_left} more steps are left in this stage after this one.)"
    # More than the block's own budget: what other blocks leave empty is lent to it, and the oldest observation gives way first.
    room = int(budgets.prompt * density * 0.7)
    blocks = [
        Block("identity", identity(desk), budgets.identity),
        Block("tools", how([desk.tools[kind].contract for kind in tools], room_for_tools, density), room_for_tools),
        Block("card", card, budgets.card, "head"),
        Block("guide", guide, budgets.memory // 3, "head"),
        Block("plan", memory.notes, budgets.plan + budgets.memory // 3),
        Block("history", memory.history(), budgets.history, "tail"),
        Block("observations", memory.observations(room), budgets.observations, "tail"),
        Block("question", question, budgets.contract + budgets.memory // 4),
    ]
    shown = await with_memory(desk, blocks, budgets, card=card, last=memory.last(), characters_per_token=density)
    messages = assemble(shown, budgets, characters_per_token=density)
    return ModelRequest(messages, role=desk.role.name, purpose=stage, output_tokens_max=budgets.output)
