"""A stage that is worked on step by step: one action per answer, its observation in the next prompt, until done."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from forgecrew.agents.act import parse_action
from forgecrew.agents.acting import act
from forgecrew.agents.desk import Desk
from forgecrew.agents.stage_memory import Seen, StageMemory
from forgecrew.agents.stage_prompt import build
from forgecrew.agents.stuck import StuckWatch
from forgecrew.agents.thinking import note, step_of, think
from forgecrew.core.errors import LimitReached
from forgecrew.core.signals import TellModel
from forgecrew.ports.sandbox import Sandbox

Accept = Callable[[str], Awaitable[str]]
"""Looks at the closing notes; an empty text accepts them, any other goes back to the model."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a stage starts from. A lenient stage that uses up its steps ends with what is known; others stop the run."""

    name: str
    tools: tuple[str, ...]
    card: str
    guide: str = ""
    notes: str = ""
    accept: Accept | None = None
    lenient: bool = False
    first: str = ""
    """What the model sees before its first step, as if it had asked for it."""


async def work(desk: Desk, sandbox: Sandbox, stage: Stage) -> str:
    """The model's closing notes. Raises LimitReached when the stage or the run is used up."""
    memory = StageMemory(notes=stage.notes)
    if stage.first:
        memory.add(Seen(0, "shown at the start", "", stage.first, True))
    tools = tuple(kind for kind in stage.tools if kind in desk.tools)  # those of memory are not everywhere
    stuck = StuckWatch()
    steps_max = desk.role.limits.stage_steps_max
    for left in range(steps_max - 1, -1, -1):
        request = await build(desk, stage.name, tools, stage.card, stage.guide, memory, left)
        reply = await think(desk, request)
        step = step_of(desk, stage.name, "act", reply)
        try:
            action = parse_action(reply.text, (*tools, "done"), reply.finish)
        except TellModel as complaint:
            await note(desk, step, action="(no action)", observation=str(complaint), thought=reply.text)
            memory.add(Seen(desk.steps, "an answer without a proper block", reply.text[:300], str(complaint), False))
            stuck.see_unreadable()
            continue
        stuck.unreadable = 0
        if action.kind == "done":
            complaint = await stage.accept(action.body.strip()) if stage.accept else ""
            await note(desk, step, action="done", observation=complaint or action.body, thought=action.thought)
            if not complaint:
                return action.body.strip()
            memory.add(Seen(desk.steps, "done", action.body, complaint, False))
            continue
        observation = await act(desk, sandbox, tools, step, action)
        nudge = stuck.see(action, observation)
        text = f"{observation.text}\n{nudge}" if nudge else observation.text
        if action.ignored:
            text += f"\n({action.ignored} further block{'s were' if action.ignored > 1 else ' was'} not done: one per answer)"
        memory.add(Seen(desk.steps, action.summary, action.body, text, observation.ok))
    if stage.lenient:
        return f"(out of steps) {memory.last_thoughts()}"
    raise LimitReached(f"the stage {stage.name} has used its {steps_max} steps")
