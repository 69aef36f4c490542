"""The prompt of one step of a stage: rebuilt from what is known, within the window, every time."""

from dataclasses import dataclass, field

from forgecrew.agents.budgets import Budgets
from forgecrew.agents.context import Block, assemble
from forgecrew.agents.desk import Desk
from forgecrew.agents.prompt import identity, instruction
from forgecrew.agents.recalling import with_memory
from forgecrew.agents.thinking import profile_of
from forgecrew.core.clamp import clamp
from forgecrew.core.message import ModelRequest

OBSERVATIONS_SHOWN = 3
SHARES = {0: (), 1: (1.0,), 2: (0.7, 0.3), 3: (0.6, 0.25, 0.15)}
"""Parts of the room for observations, newest first, by how many there are."""
HOW = (
    "Answer with at most three short sentences of thought, then exactly one fenced block: the next action. "
    "You will see its result. Blocks:\n{contracts}\n```done\nyour closing notes\n```\nends this stage."
)


@dataclass(frozen=True, slots=True)
class Seen:
    """One step as later prompts tell it."""

    number: int
    summary: str
    body: str
    observation: str
    ok: bool


@dataclass(slots=True)
class StageMemory:
    """What a stage carries from step to step: notes of earlier stages, one line per step, the last observations."""

    notes: str = ""
    steps: list[Seen] = field(default_factory=list[Seen])

    def add(self, seen: Seen) -> None:
        """Remember one step."""
        self.steps.append(seen)

    def last_thoughts(self) -> str:
        """What a stage that ran out of steps leaves behind."""
        return "\n".join(f"{seen.summary}: {seen.observation[:200]}" for seen in self.steps[-OBSERVATIONS_SHOWN:])

    def last(self) -> str:
        """What came last: what memory is asked about beside the task."""
        seen = self.steps[-1] if self.steps else None
        return f"{seen.summary}\n{seen.observation}" if seen else self.notes

    def history(self) -> str:
        """One line per step before the ones that are shown in full."""
        return "\n".join(
            f"{seen.number}. {seen.summary} → {'ok' if seen.ok else 'failed'}" for seen in self.steps[:-OBSERVATIONS_SHOWN]
        )

    def observations(self, characters_max: int) -> str:
        """The last steps with what they showed; the newest gets most of the room."""
        last = self.steps[-OBSERVATIONS_SHOWN:]
        shown: list[str] = []
        for seen, share in zip(reversed(last), SHARES[len(last)], strict=True):
            room = int(characters_max * share)
            # What the model wrote itself it needs less than what came of it.
            action = seen.summary if "\n" not in seen.body else f"{seen.summary} ({len(seen.body.splitlines())} lines)"
            action = clamp(action, room // 6, "head")
            shown.append(f"[step {seen.number}] {action}\n[result]\n{clamp(seen.observation, room - len(action), 'both')}")
        return "\n\n".join(reversed(shown))


async def build(
    desk: Desk, stage: str, tools: tuple[str, ...], card: str, guide: str, memory: StageMemory, steps_left: int
) -> ModelRequest:
    """The request for the next step; tells the model when few steps are left."""
    profile = await profile_of(desk)
    budgets = Budgets.for_window(profile.window)
    contracts = "\n".join(desk.tools[kind].contract.strip() for kind in tools)
    question = instruction(desk, stage)
    if steps_left == 0:
        question += "\nThis is your last step in this stage: answer with the done block."
    else:
        question += f"\n({steps_left} more steps are left in this stage after this one.)"
    # More than the block's own budget: what other blocks leave empty is lent to it, and the oldest observation gives way first.
    room = int(budgets.prompt * profile.characters_per_token * 0.7)
    blocks = [
        Block("identity", identity(desk), budgets.identity),
        Block("tools", HOW.format(contracts=contracts), budgets.contract + budgets.tools),
        Block("card", card, budgets.card, "head"),
        Block("guide", guide, budgets.memory // 3, "head"),
        Block("plan", memory.notes, budgets.plan + budgets.memory // 3),
        Block("history", memory.history(), budgets.history, "tail"),
        Block("observations", memory.observations(room), budgets.observations, "tail"),
        Block("question", question, budgets.contract + budgets.memory // 4),
    ]
    density = profile.characters_per_token
    shown = await with_memory(desk, blocks, budgets, card=card, last=memory.last(), characters_per_token=density)
    messages = assemble(shown, budgets, characters_per_token=density)
    return ModelRequest(messages, role=desk.role.name, purpose=stage, output_tokens_max=budgets.output)
