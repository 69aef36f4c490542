"""Later runs of a coder's task: answer the reviews of its pull request, mark it ready, end when it is merged or closed."""

from typing import Any

from forgecrew.agents import status
from forgecrew.agents.desk import Desk
from forgecrew.agents.review_card import ReviewCard, read_reviews
from forgecrew.core.errors import LimitReached, RefusedError, Stopped
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.core.signals import AskHuman
from forgecrew.crew.coder.mend_review import answer, waiting
from forgecrew.crew.coder.unfinished import reason


async def run(desk: Desk) -> RunResult:
    """Look at the pull request as it is now, and do what it asks for."""
    state = dict(desk.task.state_json)
    desk.plan.update({str(name): str(value) for name, value in dict(state.get("plan") or {}).items()})
    reviews = await read_reviews(desk, desk.task.pull_number)
    if reviews.state == "closed":
        await status.finish(desk, f"Pull request #{reviews.number} is {'merged' if reviews.merged else 'closed'}.")
        return RunResult(Outcome.CHANGED, "merged" if reviews.merged else "closed")
    open_remarks = reviews.unanswered(int(state.get("answered_review_id") or 0))
    if open_remarks:
        try:
            return await answer(desk, state, reviews, open_remarks)
        except Stopped:
            raise
        except (LimitReached, RefusedError, AskHuman) as limit:
            return await give_back(desk, state, reviews, reason(limit))
    if reviews.approved and reviews.draft:
        return await mark_ready(desk, state, reviews)
    return waiting(desk, state, "nothing to answer yet")


async def give_back(desk: Desk, state: dict[str, Any], reviews: ReviewCard, why: str) -> RunResult:
    """Leave the pull request as it is: the next review brings the task back, so it must not end."""
    await status.finish(desk, f"I could not answer the review of #{reviews.number}, because {why}. A person must.", failed=True)
    return waiting(desk, state | {"answered_review_id": reviews.last_id}, why, Outcome.BLOCKED)


async def mark_ready(desk: Desk, state: dict[str, Any], reviews: ReviewCard) -> RunResult:
    """Take the draft mark away: another account approved the present head."""
    await status.start_stage(desk, "ready")
    if not state.get("rounds"):
        await status.skip_stage(desk, "answer")
    await desk.write("edit_pull", {"number": reviews.number, "title": reviews.bare_title}, key=f"ready:{reviews.head_sha}")
    approvers = " and ".join(reviews.approved)
    await status.finish(desk, f"Pull request #{reviews.number} is ready to merge; {approvers} approved it.")
    return waiting(desk, state, f"pull request #{reviews.number} is ready")
