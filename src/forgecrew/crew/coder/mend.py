"""Mending what a review asks for, and testing it."""

from dataclasses import dataclass
from typing import Any

from forgecrew.agents.checkout import Checkout, fetch, open_workspace
from forgecrew.agents.desk import Desk
from forgecrew.agents.issue_card import IssueCard, read_card
from forgecrew.agents.review_card import ReviewCard
from forgecrew.agents.stage import Stage, work
from forgecrew.agents.testing import TestRun, run_all
from forgecrew.crew.coder.push import kept_diff
from forgecrew.crew.coder.verify import until_green
from forgecrew.ports.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class Mended:
    """The workspace after it, the model's closing notes, the last test run."""

    sandbox: Sandbox
    checkout: Checkout
    said: str
    after: TestRun


async def mend(desk: Desk, state: dict[str, Any], reviews: ReviewCard, remarks: str) -> Mended:
    """Work on the pull request's own branch. Raises LimitReached."""
    card = await read_card(desk, int(state["issue"]))
    checkout = Checkout(str(state["branch"]), reviews.head_sha, str(state["base_sha"]), desk.account, card.email)
    await fetch(desk, card.clone_url, checkout.start_sha, checkout.base_sha)
    sandbox = await open_workspace(desk, checkout)
    before = await run_all(desk, sandbox, "before")
    stage = Stage("answer", tools=desk.role.tools, card=card_with(card, remarks), guide=card.guide,
                  notes=f"What you did before:\n{state.get('notes', '')}\n{before.hint}")  # fmt: skip
    said = await work(desk, sandbox, stage)
    after = await until_green(desk, sandbox, card, said, before)
    await kept_diff(desk, sandbox)
    return Mended(sandbox, checkout, said, after)


def card_with(card: IssueCard, remarks: str) -> str:
    """The issue together with the review to be answered."""
    return f"{card.text()}\n\nReview of your pull request:\n{remarks}"
