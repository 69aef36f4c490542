"""The draft pull request of a finished change, and the review of it."""

from forgecrew.agents import schema, status
from forgecrew.agents.checkout import Checkout
from forgecrew.agents.decision import decide_stage
from forgecrew.agents.desk import Desk
from forgecrew.agents.issue_card import IssueCard
from forgecrew.agents.preview import offer
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.crew.coder.ask_review import ask_review
from forgecrew.crew.coder.open_pull import open_pull
from forgecrew.crew.coder.push import push, state_of
from forgecrew.crew.coder.words import Work, message, origin, tests_line
from forgecrew.ports.sandbox import Sandbox

PULL = schema.flat("PullRequest", title=schema.text(70), summary=schema.text(900), test=schema.text(200))


async def open_draft(desk: Desk, sandbox: Sandbox, card: IssueCard, checkout: Checkout, work: Work) -> RunResult:
    """Write the pull request, push, open it as a draft and ask for a review."""
    answer = await decide_stage(
        desk, "draft", PULL, card=card.text(), notes=f"{work.notes}\n\n{work.after.summary}", shown=work.patch
    )
    title, summary = str(answer["title"]).strip(), str(answer["summary"]).strip()
    head = await push(desk, sandbox, checkout, message(desk, title, summary, card.email), None)
    preview = await offer(desk, sandbox, head)
    parts = (summary, tests_line(work), preview, f"Closes #{card.number}", origin(desk))
    body = "\n\n".join(part for part in parts if part)
    number = await open_pull(desk, card, checkout, title, body)
    await status.finish(desk, f"Draft pull request #{number} is open, and {await ask_review(desk, number, head)}.")
    state = state_of(desk, card, checkout, head) | {
        "test_command": work.after.command, "tests_failed_before": work.failing.broken if work.failing else 0,
        "tests_failed_after": work.after.broken, "notes": work.notes[:1500],
    }  # fmt: skip
    return RunResult(Outcome.CHANGED, f"draft pull request #{number}", waits=True, pull_number=number, state_json=state)
