"""Later runs of a coder's task: answer the reviews of its pull request, mark it ready, end when it is merged or closed."""

from typing import Any

from forgecrew.agents import status
from forgecrew.agents.desk import Desk
from forgecrew.agents.issue_card import IssueCard, read_card
from forgecrew.agents.review_card import ReviewCard, read_reviews
from forgecrew.agents.stage import Stage, work
from forgecrew.agents.testing import run_all
from forgecrew.agents.workspace import Checkout, diff, fetch, open_workspace
from forgecrew.core.errors import LimitReached, RefusedError, Stopped
from forgecrew.core.json import Json
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.core.signals import AskHuman
from forgecrew.crew.coder import deliver, unfinished, verify

ROUNDS_MAX = 3


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
            return await give_back(desk, state, reviews, unfinished.reason(limit))
    if reviews.approved and reviews.draft:
        return await mark_ready(desk, state, reviews)
    return waiting(desk, state, "nothing to answer yet")


async def answer(desk: Desk, state: dict[str, Any], reviews: ReviewCard, remarks: str) -> RunResult:
    """Mend what the review asks for, push, and ask the same reviewers again."""
    rounds = int(state.get("rounds") or 0) + 1
    if rounds > ROUNDS_MAX:
        await status.finish(
            desk, f"After {ROUNDS_MAX} rounds of review I need a person to decide on #{reviews.number}.", failed=True
        )
        return waiting(desk, state | {"answered_review_id": reviews.last_id}, "needs a person", Outcome.ASKED)
    await status.start_stage(desk, "answer")
    card = await read_card(desk, int(state["issue"]))
    checkout = Checkout(str(state["branch"]), reviews.head_sha, str(state["base_sha"]), desk.account, card.email)
    await fetch(desk, card.clone_url, checkout.start_sha, checkout.base_sha)
    sandbox = await open_workspace(desk, checkout)
    before = await run_all(desk, sandbox, "before")
    stage = Stage("answer", tools=desk.role.tools, card=card_with(card, remarks), guide=card.guide,
                  notes=f"What you did before:\n{state.get('notes', '')}\n{before.hint}")  # fmt: skip
    said = await work(desk, sandbox, stage)
    after = await verify.until_green(desk, sandbox, card, said, before)

    async def patch() -> str:
        text = await diff(sandbox)
        await desk.step_log.diff(desk.run_id, text)
        return text

    await desk.read("diff", patch)
    text = deliver.message(desk, f"Answer the review of #{reviews.number}", said, card.email)
    head = await deliver.push(desk, sandbox, checkout, text, reviews.head_sha)
    await deliver.offer(desk, sandbox, head)  # the same address shows the new files
    await tell_what_was_done(desk, reviews, rounds, f"{said}\n\n**Tests:** {after.summary}")
    await desk.write("request_review", {"number": reviews.number, "reviewers": list(reviews.asking)},
                     key=f"request_review:{head}:{reviews.last_id}")  # fmt: skip
    asking = " and ".join(reviews.asking)
    await status.finish(desk, f"I answered the review of #{reviews.number}; {asking} will look at it again.")
    return waiting(desk, state | {
        "head_sha": head, "rounds": rounds, "answered_review_id": reviews.last_id, "tests_failed_after": after.broken,
    }, f"answered review round {rounds}")  # fmt: skip


async def give_back(desk: Desk, state: dict[str, Any], reviews: ReviewCard, why: str) -> RunResult:
    """Leave the pull request as it is: the next review brings the task back, so it must not end."""
    await status.finish(desk, f"I could not answer the review of #{reviews.number}, because {why}. A person must.", failed=True)
    return waiting(desk, state | {"answered_review_id": reviews.last_id}, why, Outcome.BLOCKED)


def card_with(card: IssueCard, remarks: str) -> str:
    """The issue together with the review to be answered."""
    return f"{card.text()}\n\nReview of your pull request:\n{remarks}"


async def tell_what_was_done(desk: Desk, reviews: ReviewCard, rounds: int, said: str) -> None:
    """Keep the answers where the next reviewer reads: in the pull request's own text."""
    text, line, origin = reviews.body.rstrip().rpartition("\n\n<sub>")
    before, last = (text, line + origin) if line and origin.endswith("</sub>") else (reviews.body.rstrip(), "")
    body = f"{before}\n\n**Review round {rounds}**\n\n{said.strip()[:1500]}{last}"
    await desk.write("edit_pull", {"number": reviews.number, "body": body}, key=f"edit_pull:round{rounds}")


async def mark_ready(desk: Desk, state: dict[str, Any], reviews: ReviewCard) -> RunResult:
    """Take the draft mark away: another account approved the present head."""
    await status.start_stage(desk, "ready")
    if not state.get("rounds"):
        await status.skip_stage(desk, "answer")
    await desk.write("edit_pull", {"number": reviews.number, "title": reviews.bare_title}, key=f"ready:{reviews.head_sha}")
    approvers = " and ".join(reviews.approved)
    await status.finish(desk, f"Pull request #{reviews.number} is ready to merge; {approvers} approved it.")
    return waiting(desk, state, f"pull request #{reviews.number} is ready")


def waiting(desk: Desk, state: Json, reason: str, outcome: Outcome = Outcome.CHANGED) -> RunResult:
    """The task stays open until the pull request is merged or closed."""
    return RunResult(outcome, reason, waits=True, pull_number=desk.task.pull_number, state_json=state | {"plan": desk.plan})
