"""From an assigned issue to a tested draft pull request."""

from forgecrew.agents import status
from forgecrew.agents.checkout import fetch, open_workspace
from forgecrew.agents.desk import Desk
from forgecrew.agents.issue_card import read_card
from forgecrew.agents.testing import run_all
from forgecrew.core.errors import LimitReached, RefusedError, Stopped
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.core.signals import AskHuman
from forgecrew.crew.coder.change import change
from forgecrew.crew.coder.push import checkout_of
from forgecrew.crew.coder.readiness import readiness
from forgecrew.crew.coder.unfinished import hand_over


async def run(desk: Desk) -> RunResult:
    """All stages up to the draft; ends early where the issue cannot or need not be worked on."""
    card = await read_card(desk, desk.task.subject.number)
    if card.state == "closed":
        return RunResult(Outcome.ALREADY_DONE, "the issue is closed")
    if not card.base_sha:
        raise RefusedError(
            f"{desk.task.subject.repo} is empty: push a first commit to {card.default_branch}, then assign me again"
        )
    await status.start_stage(desk, "readiness")
    early = await readiness(desk, card)
    if early:
        return early
    checkout = checkout_of(desk, card)
    await fetch(desk, card.clone_url, card.base_sha)
    sandbox = await open_workspace(desk, checkout)
    before = await run_all(desk, sandbox, "before")
    try:
        return await change(desk, sandbox, card, checkout, before)
    except Stopped:
        raise
    except (LimitReached, AskHuman) as limit:
        return await hand_over(desk, sandbox, card, checkout, limit)
