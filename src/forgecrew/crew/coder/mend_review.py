"""One round of review: mend what it asks for, push, tell, ask the same reviewers again."""

from typing import Any

from forgecrew.agents import status
from forgecrew.agents.desk import Desk
from forgecrew.agents.preview import offer
from forgecrew.agents.review_card import ReviewCard
from forgecrew.core.json import Json
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.crew.coder.mend import mend
from forgecrew.crew.coder.push import push
from forgecrew.crew.coder.words import message

ROUNDS_MAX = 3


async def answer(desk: Desk, state: dict[str, Any], reviews: ReviewCard, remarks: str) -> RunResult:
    """Mend what the review asks for, push, and ask the same reviewers again."""
    rounds = int(state.get("rounds") or 0) + 1
    if rounds > ROUNDS_MAX:
        await status.finish(
            desk, f"After {ROUNDS_MAX} rounds of review I need a person to decide on #{reviews.number}.", failed=True
        )
        return waiting(desk, state | {"answered_review_id": reviews.last_id}, "needs a person", Outcome.ASKED)
    await status.start_stage(desk, "answer")
    mended = await mend(desk, state, reviews, remarks)
    text = message(desk, f"Answer the review of #{reviews.number}", mended.said, mended.checkout.author_email)
    head = await push(desk, mended.sandbox, mended.checkout, text, reviews.head_sha)
    await offer(desk, mended.sandbox, head)  # the same address shows the new files
    await tell_what_was_done(desk, reviews, rounds, f"{mended.said}\n\n**Tests:** {mended.after.summary}")
    await desk.write("request_review", {"number": reviews.number, "reviewers": list(reviews.asking)},
                     key=f"request_review:{head}:{reviews.last_id}")  # fmt: skip
    asking = " and ".join(reviews.asking)
    await status.finish(desk, f"I answered the review of #{reviews.number}; {asking} will look at it again.")
    return waiting(desk, state | {
        "head_sha": head, "rounds": rounds, "answered_review_id": reviews.last_id, "tests_failed_after": mended.after.broken,
    }, f"answered review round {rounds}")  # fmt: skip


async def tell_what_was_done(desk: Desk, reviews: ReviewCard, rounds: int, said: str) -> None:
    """Keep the answers where the next reviewer reads: in the pull request's own text."""
    text, line, origin = reviews.body.rstrip().rpartition("\n\n<sub>")
    before, last = (text, line + origin) if line and origin.endswith("</sub>") else (reviews.body.rstrip(), "")
    body = f"{before}\n\n**Review round {rounds}**\n\n{said.strip()[:1500]}{last}"
    await desk.write("edit_pull", {"number": reviews.number, "body": body}, key=f"edit_pull:round{rounds}")


def waiting(desk: Desk, state: Json, reason: str, outcome: Outcome = Outcome.CHANGED) -> RunResult:
    """The task stays open until the pull request is merged or closed."""
    return RunResult(outcome, reason, waits=True, pull_number=desk.task.pull_number, state_json=state | {"plan": desk.plan})
