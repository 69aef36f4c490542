"""A stage that is one decision: the role's instruction, what is known, and a flat schema to answer in."""

from dataclasses import replace

from forgecrew.agents.budgets import Budgets
from forgecrew.agents.context import Block
from forgecrew.agents.decide import Question, decide
from forgecrew.agents.desk import Desk
from forgecrew.agents.prompt import identity, instruction
from forgecrew.agents.recalling import with_memory
from forgecrew.agents.thinking import note, profile_of, step_of, think
from forgecrew.core.json import Json
from forgecrew.core.message import ModelReply, ModelRequest

OUTPUT_TOKENS_MAX = 700


async def decide_stage(
    desk: Desk, stage: str, schema: Json, *, card: str, guide: str = "", notes: str = "", shown: str = ""
) -> Json:
    """The validated answer. Raises AskHuman when the model cannot give one, LimitReached when the run is used up."""
    profile = await profile_of(desk)
    budgets = Budgets.for_window(profile.window)
    spare = max(0, budgets.output - OUTPUT_TOKENS_MAX)
    budgets = replace(budgets, output=budgets.output - spare, observations=budgets.observations + spare)
    blocks = (
        Block("identity", identity(desk), budgets.identity),
        Block("card", card, budgets.card + budgets.history, "head"),
        Block("guide", guide, budgets.memory // 2, "head"),
        Block("plan", notes, budgets.plan + budgets.memory // 2),
        Block("observations", shown, budgets.observations, "head"),
        Block("question", instruction(desk, stage), budgets.contract + budgets.tools),
    )

    async def ask(request: ModelRequest) -> ModelReply:
        reply = await think(desk, request)
        await note(desk, step_of(desk, stage, "decide", reply), action="decide", observation=reply.text)
        return reply

    density = profile.characters_per_token
    known = await with_memory(desk, blocks, budgets, card=card, last=notes or card, characters_per_token=density)
    question = Question(known, budgets, desk.role.name, stage, density)
    return await decide(ask, question, schema)
