"""Doing one action that a model asked for, as a journaled step."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from forgecrew.agents.desk import Desk
from forgecrew.agents.thinking import TEXT_SHOWN_MAX
from forgecrew.agents.versions import Author, snapshot
from forgecrew.agents.workspace import diff
from forgecrew.core.action import Action, Observation
from forgecrew.core.signals import TellModel
from forgecrew.core.step import Step
from forgecrew.ports.sandbox import Sandbox


async def act(desk: Desk, sandbox: Sandbox, tools: Sequence[str], step: Step, action: Action) -> Observation:
    """Do one action in the sandbox as a journaled step that also keeps the step's row, and shows what has changed so far."""
    tool = desk.tools.get(action.kind)
    if tool is None:
        return Observation(f"There is no {action.kind!r} here.", ok=False)

    async def go() -> dict[str, Any]:
        try:
            seen = await tool.run(sandbox, action)
        except TellModel as complaint:
            seen = Observation(str(complaint), ok=False)
        seen = desk.outlets.with_refusals(seen)
        shown = replace(
            step, kind=action.kind, action=f"{action.argument}\n{action.body}".strip()[:TEXT_SHOWN_MAX],
            observation=seen.text[:TEXT_SHOWN_MAX], thought=action.thought[:TEXT_SHOWN_MAX],
        )  # fmt: skip
        await desk.step_log.write(shown)
        if seen.changed:
            path = action.argument if action.kind in ("edit", "write") else ""
            await snapshot(desk.versions, sandbox, Author(desk.task.id, desk.run_id, step.number, desk.account), path)
        if seen.changed and "edit" in tools:
            await desk.step_log.diff(desk.run_id, await diff(sandbox))
        return asdict(seen)

    return Observation(**await desk.journal.step(f"do {action.kind}", go, timeout_seconds=1200, retries=2))
