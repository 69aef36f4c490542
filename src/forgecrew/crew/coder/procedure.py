"""The coder's way: a first run implements the issue, later runs of the same task answer reviews until it is merged."""

from forgecrew.agents.desk import Desk
from forgecrew.core.outcome import RunResult
from forgecrew.crew.coder import answer_review, implement


async def run(desk: Desk) -> RunResult:
    """One run of a coder's task."""
    if desk.task.pull_number:
        return await answer_review.run(desk)
    return await implement.run(desk)
