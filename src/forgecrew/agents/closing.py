"""Ending a run that could not go on, so that people on the forge see why and what they can do."""

from collections.abc import Awaitable, Callable

from forgecrew.agents import status
from forgecrew.agents.desk import Desk
from forgecrew.core.errors import AskHuman, LimitReached, RefusedError
from forgecrew.core.task import Outcome, RunResult

STOPPED = "the task was stopped"


async def told(desk: Desk, procedure: Callable[[Desk], Awaitable[RunResult]]) -> RunResult:
    """What the procedure gives; its signals and refusals become an outcome with a closing word in the status comment."""
    try:
        return await procedure(desk)
    except AskHuman as question:
        asked = [str(one) for one in question.args[0]]
        listed = "\n".join(f"{number}. {one}" for number, one in enumerate(asked, 1))
        return await end(desk, Outcome.ASKED, f"I need an answer before I can go on:\n\n{listed}\n", "; ".join(asked))
    except LimitReached as limit:
        if str(limit) == STOPPED:
            raise
        words = f"I stopped here, because {limit}. Assign me again when you have made it clearer or smaller."
        return await end(desk, Outcome.BLOCKED, words, str(limit))
    except RefusedError as refusal:
        return await end(desk, Outcome.BLOCKED, f"I cannot go on: {refusal}", str(refusal))


async def end(desk: Desk, outcome: Outcome, words: str, reason: str) -> RunResult:
    """Show the words, give the outcome; a task that asked stays open for the answer."""
    await status.finish(desk, words, failed=True)
    return RunResult(outcome, reason, waits=outcome is Outcome.ASKED, state_json=desk.task.state_json)
