"""Handing over what is there when a run cannot finish: a draft that says that it is unfinished, and why."""

from forgecrew.agents import status
from forgecrew.agents.checkout import Checkout
from forgecrew.agents.desk import Desk
from forgecrew.agents.issue_card import IssueCard
from forgecrew.agents.testing import run_all
from forgecrew.core.errors import LimitReached, RefusedError
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.core.signals import AskHuman
from forgecrew.crew.coder.open_pull import open_pull
from forgecrew.crew.coder.push import kept_diff, push, state_of
from forgecrew.crew.coder.words import Work, message, origin, tests_line
from forgecrew.ports.sandbox import Sandbox

TITLE_CHARACTERS_MAX = 70


async def hand_over(
    desk: Desk, sandbox: Sandbox, card: IssueCard, checkout: Checkout, limit: LimitReached | AskHuman
) -> RunResult:
    """Push what was changed and open a draft, without another word of the model; raises `limit` when nothing was changed."""
    if not (changed := await kept_diff(desk, sandbox)):
        raise limit
    why = reason(limit)
    tests = await run_all(desk, sandbox, "unfinished")
    title = f"Unfinished: {card.title}"[:TITLE_CHARACTERS_MAX]
    told = f"This is unfinished. I stopped, because {why}."
    head = await push(desk, sandbox, checkout, message(desk, title, told, card.email), None)
    line = tests_line(Work("", None, tests, changed))
    body = f"{told}\n\n{line}\n\nFor #{card.number}\n\n{origin(desk)}"
    number = await open_pull(desk, card, checkout, title, body)
    words = (
        f"I could not finish, because {why}. Draft pull request #{number} holds what I have: "
        "say in a review what to do next, or take it over."
    )
    await status.finish(desk, words, failed=True)
    state = state_of(desk, card, checkout, head)
    return RunResult(Outcome.BLOCKED, f"{why}; see #{number}", waits=True, pull_number=number, state_json=state)


def reason(limit: LimitReached | RefusedError | AskHuman) -> str:
    """Why a run ends, as the end of a sentence."""
    return "; ".join(str(question) for question in limit.args[0]) if isinstance(limit, AskHuman) else str(limit)
