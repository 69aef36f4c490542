"""The reviewer's way: read the change part by part, run its tests, look around, submit one review."""

import re
from typing import Any

from forgecrew.agents import diff_view, schema, status
from forgecrew.agents.decision import decide_stage
from forgecrew.agents.desk import Desk
from forgecrew.agents.issue_card import IssueCard, read_card
from forgecrew.agents.review_card import ReviewCard, read_reviews
from forgecrew.agents.stage import Stage, work
from forgecrew.agents.testing import TestRun, run_all
from forgecrew.agents.thinking import profile_of
from forgecrew.agents.workspace import Checkout, fetch, open_workspace
from forgecrew.core.errors import NotFound
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.crew.reviewer import submit

POINTS = schema.flat("Points", points=schema.texts(3, 240))
PARTS_MAX = 12
_CLOSES = re.compile(r"(?i)\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\s+#(\d+)")


async def run(desk: Desk) -> RunResult:
    """One review of the present head."""
    number = desk.task.subject.number
    pull = await read_reviews(desk, number)
    if pull.state == "closed":
        return RunResult(Outcome.ALREADY_DONE, "the pull request is closed")
    if pull.author == desk.account:
        return RunResult(Outcome.DECLINED, "nobody reviews their own pull request")
    if any(review[1] == desk.account and review[4] == pull.head_sha for review in pull.reviews):
        return RunResult(Outcome.ALREADY_DONE, "this head is reviewed already")
    closes = _CLOSES.search(pull.body)
    card = await card_of(desk, int(closes[1]) if closes else number, number)
    repo = desk.task.subject.repo

    async def load() -> dict[str, Any]:
        # How large the parts may be is kept with the diff: the model's measured density changes while the run goes on.
        profile = await profile_of(desk)
        room = int(profile.window * profile.characters_per_token * 0.3)
        return {"diff": await desk.forge.pulls.diff(repo, number), "room": room}

    change = await desk.read("diff", load)
    views = diff_view.number(change["diff"])

    await status.start_stage(desk, "read")
    points = await read_parts(desk, card, pull, diff_view.parts(views, int(change["room"])))
    await status.start_stage(desk, "check")
    base = pull.base_sha or card.base_sha
    await fetch(desk, card.clone_url, pull.head_sha, base)
    checkout = Checkout(f"review-{number}", pull.head_sha, base, desk.account, card.email)
    sandbox = await open_workspace(desk, checkout, fresh=pull.head_sha[:12])
    tests = await run_all(desk, sandbox, "of the pull request")
    verified = await work(desk, sandbox, Stage(
        "check", tools=("sh",), card=card.text(), guide=card.guide, lenient=True,
        notes=check_notes(desk, pull, points, tests, views), first="\n\n".join(view.text for view in views),
    ))  # fmt: skip
    await status.start_stage(desk, "verdict")
    result = await submit.verdict(desk, card, pull, views, submit.Seen(points, verified, tests))
    await status.finish(desk, "")
    return result


async def card_of(desk: Desk, issue: int, pull: int) -> IssueCard:
    """The issue that a pull request says to close; the pull request itself when there is no such issue."""
    try:
        return await read_card(desk, issue)
    except NotFound:
        if issue == pull:
            raise
        return await read_card(desk, pull)


async def read_parts(desk: Desk, card: IssueCard, pull: ReviewCard, parts: list[str]) -> list[str]:
    """Points to check, gathered over parts of the diff that fit the window."""
    points: list[str] = []
    for part in parts[:PARTS_MAX]:
        notes = f"Pull request: {pull.bare_title}\n{pull.body}"
        answer = await decide_stage(desk, "read", POINTS, card=card.text(), guide=card.guide, notes=notes, shown=part)
        points += [str(point) for point in answer["points"]]
    return points


def check_notes(desk: Desk, pull: ReviewCard, points: list[str], tests: TestRun, views: list[diff_view.FileView]) -> str:
    """What the look-around starts from."""
    files = ", ".join(view.path for view in views[:30])
    earlier = [review for review in pull.reviews if review[1] == desk.account]
    said = f"\nYour earlier review, to be checked again:\n{earlier[-1][3]}" if earlier else ""
    listed = "\n".join(f"- {point}" for point in points) or "- nothing so far"
    if earlier:
        said += f"\nWhat came since: git diff {earlier[-1][4][:12]} HEAD"
    return (
        f"Pull request #{pull.number}: {pull.bare_title}\nChanged: {files}\n"
        f"See the change: git diff refs/remotes/origin/base -- PATH\n"
        f"Tests: {tests.summary}\nYour points:\n{listed}{said}"
    )
