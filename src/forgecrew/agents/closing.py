"""Ending a run that could not go on, so that people on the forge see why and what they can do."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

from forgecrew.agents import status
from forgecrew.agents.desk import Desk
from forgecrew.core.errors import (
    ConfigError,
    ForgecrewError,
    ForgeUnavailable,
    LimitReached,
    ModelUnavailable,
    NotFound,
    RefusedError,
    SandboxUnavailable,
    Stopped,
    WorldError,
)
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.core.signals import AskHuman

_DOWN = {
    ModelUnavailable: "the model does not answer",
    ForgeUnavailable: "the forge does not answer as it should",
    SandboxUnavailable: "my workspace is gone or cannot be used",
}
"""What people on the forge read; addresses and details of this machine are for the pages."""


async def told(desk: Desk, procedure: Callable[[Desk], Awaitable[RunResult]]) -> RunResult:
    """What the procedure gives; its signals and errors become an outcome with a closing word in the status comment.

    Raises what is to be tried again (WorldError) and what is a fault of ours, both after a word about it. Workspaces of a
    task that is over are removed.
    """
    try:
        result = await _concluded(desk, procedure)
    except WorldError as error:
        what = next((words for kind, words in _DOWN.items() if isinstance(error, kind)), "something that I need is down")
        if desk.last_try:
            result = await end(desk, Outcome.BLOCKED, f"I give up for now: {what}. Assign me again when it does.", str(error))
        else:
            await _say(desk, f"I wait, because {what}. I try again by myself in a while.")
            raise
    except Exception:
        # Whatever it is, the kernel ends the run with it; nobody must be left with a comment that says "running".
        await _say(desk, "Something went wrong inside forgecrew; its operator finds it in the log of `forgecrew work`.")
        raise
    if not result.waits:
        await leave_nothing(desk)
    steps, tokens = status.totals(desk)
    kept = {**desk.task.state_json, **result.state_json, "steps": steps, "tokens": tokens}
    return replace(result, state_json=kept)


async def _concluded(desk: Desk, procedure: Callable[[Desk], Awaitable[RunResult]]) -> RunResult:
    try:
        return await procedure(desk)
    except AskHuman as question:
        asked = [str(one) for one in question.args[0]]
        listed = "\n".join(f"{number}. {one}" for number, one in enumerate(asked, 1))
        return await end(desk, Outcome.ASKED, f"I need an answer before I can go on:\n\n{listed}\n", "; ".join(asked))
    except Stopped as stop:
        words = f"I was {stop}. Assign me again if I am to begin anew."
        return await end(desk, Outcome.STOPPED, words, str(stop).removeprefix("stopped: "))
    except LimitReached as limit:
        words = f"I stopped here, because {limit}. Assign me again when you have made it clearer or smaller."
        return await end(desk, Outcome.BLOCKED, words, str(limit))
    except NotFound as missing:
        words = f"{missing}: is it still there, and am I a collaborator of the repository? Assign me again when I am."
        return await end(desk, Outcome.BLOCKED, f"I cannot go on. {words}", words)
    except RefusedError as refusal:
        return await end(desk, Outcome.BLOCKED, f"I cannot go on: {refusal}", str(refusal))
    except ConfigError as error:
        words = "I cannot work here until my operator mends a setting (`forgecrew doctor` finds it). Assign me again then."
        return await end(desk, Outcome.BLOCKED, words, str(error))


async def end(desk: Desk, outcome: Outcome, words: str, reason: str) -> RunResult:
    """Show the words, give the outcome; a task that asked stays open for the answer."""
    await status.finish(desk, words, failed=True)
    if desk.task.subject.kind == "pull" and outcome is not Outcome.STOPPED:
        # Nobody sees a status comment there, and whoever asked for a review must not wait for ever.
        marker = f"closing:{desk.task.id}:{desk.run_id}"
        await desk.tell("comment", {"body": words, "marker": marker}, key=f"closing:{desk.run_id}")
    return RunResult(outcome, reason, waits=outcome is Outcome.ASKED, state_json=desk.task.state_json)


async def leave_nothing(desk: Desk) -> None:
    """Remove the workspaces that this run opened. Not journaled: twice is fine, and `forgecrew work` looks after it too."""
    for sandbox in desk.opened:
        with suppress(WorldError, OSError):
            await sandbox.destroy()


async def _say(desk: Desk, words: str) -> None:
    with suppress(ForgecrewError):  # the journal may be what failed
        await status.show(desk, words)
