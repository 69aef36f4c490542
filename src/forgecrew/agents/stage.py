"""A stage that is worked on step by step: one action per answer, its observation in the next prompt, until done."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from forgecrew.agents.act import parse_action
from forgecrew.agents.desk import Desk
from forgecrew.agents.stage_prompt import Seen, StageMemory, build
from forgecrew.agents.stuck import StuckWatch
from forgecrew.agents.thinking import TEXT_SHOWN_MAX, note, step_of, think
from forgecrew.agents.versions import Author, snapshot
from forgecrew.agents.way_out import with_refusals
from forgecrew.agents.workspace import diff
from forgecrew.core.action import Action, Observation
from forgecrew.core.errors import LimitReached
from forgecrew.core.signals import TellModel
from forgecrew.core.step import Step
from forgecrew.ports.sandbox import Sandbox

Accept = Callable[[str], Awaitable[str]]
"""Looks at the closing notes; an empty text accepts them, any other goes back to the model."""


UNREADABLE_MAX = 8
"""A model that so many times in a row gives no block does not manage the form: more of it would only cost time."""


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
    stuck = StuckWatch()
    steps_max = desk.role.limits.stage_steps_max
    unreadable = 0
    for left in range(steps_max - 1, -1, -1):
        request = await build(desk, stage.name, stage.tools, stage.card, stage.guide, memory, left)
        reply = await think(desk, request)
        step = step_of(desk, stage.name, "act", reply)
        try:
            action = parse_action(reply.text, (*stage.tools, "done"), reply.finish)
        except TellModel as complaint:
            await note(desk, step, action="(no action)", observation=str(complaint), thought=reply.text)
            memory.add(Seen(desk.steps, "an answer without a proper block", reply.text[:300], str(complaint), False))
            unreadable += 1
            if unreadable >= UNREADABLE_MAX:
                raise LimitReached(f"the model gave {unreadable} answers in a row that nothing could be done with") from None
            continue
        unreadable = 0
        if action.kind == "done":
            complaint = await stage.accept(action.body.strip()) if stage.accept else ""
            await note(desk, step, action="done", observation=complaint or action.body, thought=action.thought)
            if not complaint:
                return action.body.strip()
            memory.add(Seen(desk.steps, "done", action.body, complaint, False))
            continue
        observation = await act(desk, sandbox, stage, step, action)
        nudge = stuck.see(action, observation)
        text = f"{observation.text}\n{nudge}" if nudge else observation.text
        if action.ignored:
            text += f"\n({action.ignored} further block{'s were' if action.ignored > 1 else ' was'} not done: one per answer)"
        memory.add(Seen(desk.steps, action.summary, action.body, text, observation.ok))
    if stage.lenient:
        return f"(out of steps) {memory.last_thoughts()}"
    raise LimitReached(f"the stage {stage.name} has used its {steps_max} steps")


async def act(desk: Desk, sandbox: Sandbox, stage: Stage, step: Step, action: Action) -> Observation:
    """Do one action in the sandbox as a journaled step that also keeps the step's row, and shows what has changed so far."""
    tool = desk.tools.get(action.kind)
    if tool is None:
        return Observation(f"There is no {action.kind!r} here.", ok=False)

    async def go() -> dict[str, Any]:
        try:
            seen = await tool.run(sandbox, action)
        except TellModel as complaint:
            seen = Observation(str(complaint), ok=False)
        seen = with_refusals(desk, seen)
        shown = replace(
            step, kind=action.kind, action=f"{action.argument}\n{action.body}".strip()[:TEXT_SHOWN_MAX],
            observation=seen.text[:TEXT_SHOWN_MAX], thought=action.thought[:TEXT_SHOWN_MAX],
        )  # fmt: skip
        await desk.step_log.write(shown)
        if seen.changed:
            path = action.argument if action.kind in ("edit", "write") else ""
            await snapshot(desk.versions, sandbox, Author(desk.task.id, desk.run_id, step.number, desk.account), path)
        if seen.changed and "edit" in stage.tools:
            await desk.step_log.diff(desk.run_id, await diff(sandbox))
        return asdict(seen)

    return Observation(**await desk.journal.step(f"do {action.kind}", go, timeout_seconds=1200, retries=2))
