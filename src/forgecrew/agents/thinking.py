"""One model call as a journaled step, counted against the run's limits and shown in its log."""

from dataclasses import asdict, replace

from forgecrew.agents import status
from forgecrew.agents.desk import Desk
from forgecrew.core.errors import LimitReached, ModelUnavailable
from forgecrew.core.message import ModelReply, ModelRequest
from forgecrew.core.model_profile import ModelProfile
from forgecrew.core.step import Step

TEXT_SHOWN_MAX = 4000
SILENT_TRIES, PATIENT_TRIES = 3, 45
"""A model that is down for some seconds is nobody's business; then people are told, and it is waited for (about 40 minutes)."""


async def profile_of(desk: Desk) -> ModelProfile:
    """What the model can do; while it is down, what the settings say of it: a run that is replayed must not depend on it."""
    try:
        return await desk.model.profile()
    except ModelUnavailable:
        return ModelProfile("", desk.house.model_name, desk.house.window)


async def think(desk: Desk, request: ModelRequest) -> ModelReply:
    """The model's answer. Raises LimitReached when the run has used up its steps, its output or its time.

    While the model is down the status comment says so; ModelUnavailable is raised after all patience.
    """
    limits = desk.role.limits
    if desk.steps >= limits.steps_max:
        raise LimitReached(f"the run has used its {limits.steps_max} steps")
    if desk.output_tokens >= limits.output_tokens_max:
        raise LimitReached(f"the run has used its {limits.output_tokens_max} output tokens")
    if desk.seconds >= limits.seconds_max:
        raise LimitReached(f"the run has used its {limits.seconds_max:.0f} seconds of thinking")

    async def call() -> dict[str, object]:
        return asdict(await desk.model.complete(request))

    name, timeout_seconds = f"think {request.purpose}", request.timeout_seconds * 2
    try:
        stored = await desk.journal.step(name, call, timeout_seconds=timeout_seconds, retries=SILENT_TRIES)
    except ModelUnavailable:
        await status.show(desk, "I wait, because the model does not answer. I go on by myself when it does.")
        stored = await desk.journal.step(name, call, timeout_seconds=timeout_seconds, retries=PATIENT_TRIES)
        await status.show(desk)
    reply = ModelReply(**stored)
    desk.steps += 1
    desk.prompt_tokens += reply.prompt_tokens
    desk.output_tokens += reply.output_tokens
    desk.seconds += reply.seconds
    if desk.recall is not None:
        await desk.recall.cited(reply.text)
    return reply


def step_of(desk: Desk, stage: str, kind: str, reply: ModelReply) -> Step:
    """The row for the step that has just been thought; action and observation are filled in by whoever acts."""
    return Step(
        run_id=desk.run_id, number=desk.steps, stage=stage, kind=kind, action="", observation="",
        prompt_tokens=reply.prompt_tokens, output_tokens=reply.output_tokens, seconds=reply.seconds,
    )  # fmt: skip


async def note(desk: Desk, step: Step, *, action: str, observation: str, thought: str = "") -> None:
    """Show a step that changed nothing outside the run (a decision, an answer that could not be used)."""
    shown = replace(
        step, action=action[:TEXT_SHOWN_MAX], observation=observation[:TEXT_SHOWN_MAX], thought=thought[:TEXT_SHOWN_MAX]
    )

    async def keep() -> None:
        await desk.step_log.write(shown)

    await desk.journal.step("note", keep, timeout_seconds=120, retries=5)
