"""Handing a change over: commit inside the sandbox, bundle, push, draft pull request, review request."""

from dataclasses import dataclass

from forgecrew.agents import schema, status
from forgecrew.agents.decision import decide_stage
from forgecrew.agents.desk import Desk
from forgecrew.agents.issue_card import IssueCard
from forgecrew.agents.preview import offer
from forgecrew.agents.testing import TestRun
from forgecrew.agents.workspace import Checkout, commit, hand_over
from forgecrew.core.errors import RefusedError
from forgecrew.core.json import Json
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.core.pull_request import DRAFT_PREFIX
from forgecrew.guard.calls import closes_only
from forgecrew.ports.sandbox import Sandbox

PULL = schema.flat("PullRequest", title=schema.text(70), summary=schema.text(900), test=schema.text(200))


@dataclass(frozen=True, slots=True)
class Work:
    """What the stages before left: notes, the failing run (if any), the run after, the diff."""

    notes: str
    failing: TestRun | None
    after: TestRun
    patch: str


def checkout_of(desk: Desk, card: IssueCard) -> Checkout:
    """Branch and author of this task's work."""
    branch = f"{desk.account}/issue-{card.number}-t{desk.task.id}"
    return Checkout(branch, card.base_sha, card.base_sha, desk.account, card.email)


def message(desk: Desk, subject: str, body: str, email: str) -> str:
    """A commit message with the trailers that say who asked and which run wrote it."""
    host = email.partition("@")[2] or "localhost"
    asker = desk.task.asked_by
    about = desk.task.subject.number
    words = f"{closes_only(subject, about)}\n\n{closes_only(body.strip(), about)}"
    return f"{words}\n\nCo-authored-by: {asker} <{asker}@{host}>\nForgecrew-Run: {desk.run_id}\n"


async def push(desk: Desk, sandbox: Sandbox, checkout: Checkout, text: str, expected_sha: str | None) -> str:
    """Commit, hand over and push the branch; gives the new head."""

    async def seal() -> dict[str, str]:
        head = await commit(sandbox, checkout.branch, text)
        return {"head_sha": head, "bundle_sha256": await hand_over(desk, sandbox, checkout.branch)}

    sealed = await desk.journal.step("commit", seal, timeout_seconds=300)
    arguments = {"branch": checkout.branch, "base": checkout.base_sha, "expected_sha": expected_sha, **sealed}
    await desk.write("push_branch", arguments, key=f"push:{sealed['head_sha']}")
    return sealed["head_sha"]


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
    pull = await desk.write(
        "open_pull",
        {"head": checkout.branch, "base": card.default_branch, "title": DRAFT_PREFIX + title, "body": body},
        key="open_pull",
    )
    number = int(pull["number"])
    await status.finish(desk, f"Draft pull request #{number} is open, and {await ask_review(desk, number, head)}.")
    state = state_of(desk, card, checkout, head) | {
        "test_command": work.after.command, "tests_failed_before": work.failing.broken if work.failing else 0,
        "tests_failed_after": work.after.broken, "notes": work.notes[:1500],
    }  # fmt: skip
    return RunResult(Outcome.CHANGED, f"draft pull request #{number}", waits=True, pull_number=number, state_json=state)


async def ask_review(desk: Desk, number: int, head: str) -> str:
    """Ask the crew's reviewer; what came of it, in words. The pull request is open, so a refusal is no reason to end."""
    reviewer = desk.house.accounts.get("reviewer")
    if not reviewer or reviewer == desk.account:
        return "nobody reviews it"
    try:
        await desk.write("request_review", {"number": number, "reviewers": [reviewer]}, key=f"request_review:{head}")
    except RefusedError as error:
        return f"I could not ask {reviewer} for a review: {error}"
    return f"{reviewer} reviews it"


def state_of(desk: Desk, card: IssueCard, checkout: Checkout, head: str) -> Json:
    """What later runs of the task need to know of an open pull request."""
    return {
        "branch": checkout.branch, "base_sha": card.base_sha, "head_sha": head, "issue": card.number, "rounds": 0,
        "plan": desk.plan,
    }  # fmt: skip


def origin(desk: Desk) -> str:
    """The quiet last line of a pull request."""
    return f"<sub>asked by @{desk.task.asked_by} · [how it came about]({desk.run_url})</sub>"


def tests_line(work: Work) -> str:
    """What the tests said, for the pull request."""
    if not work.after.command:
        return "**Tests:** this repository has none that I could run."
    before = f"{work.failing.broken} failed before the change; now " if work.failing else ""
    return f"**Tests:** {before}{work.after.summary} (`{short(work.after.command)}`)"


def short(command: str) -> str:
    """A command without its options, as people name it: `python3 -m pytest`."""
    words = command.split()
    end = next((at for at, word in enumerate(words) if word.startswith("-") and word != "-m"), len(words))
    return " ".join(words[:end])
