"""The reviewer's way: read the change part by part, run its tests, look around, submit one review."""

import re

from forgecrew.agents import diff_view, schema, status
from forgecrew.agents.decision import decide_stage
from forgecrew.agents.desk import Desk
from forgecrew.agents.issue_card import IssueCard, read_card
from forgecrew.agents.review_card import ReviewCard, read_reviews
from forgecrew.agents.stage import Stage, work
from forgecrew.agents.testing import TestRun, run_all
from forgecrew.agents.workspace import Checkout, open_workspace
from forgecrew.core.task import Outcome, RunResult
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
    card = await read_card(desk, int(closes[1]) if closes else number)
    repo = desk.task.subject.repo
    views = diff_view.number(await desk.read("diff", lambda: desk.forge.pulls.diff(repo, number)))

    await status.start_stage(desk, "read")
    points = await read_parts(desk, card, pull, views)
    await status.start_stage(desk, "check")
    await desk.code.refresh(repo, card.clone_url)
    base = pull.base_sha or card.base_sha
    checkout = Checkout(f"review-{number}", pull.head_sha, base, desk.account, card.email)
    sandbox = await open_workspace(desk, checkout, fresh=pull.head_sha[:12])
    tests = await run_all(desk, sandbox, "of the pull request")
    verified = await work(desk, sandbox, Stage(
        "check", tools=("sh",), card=card.text(), guide=card.guide, lenient=True,
        notes=check_notes(desk, pull, points, tests, views),
    ))  # fmt: skip
    await status.start_stage(desk, "verdict")
    result = await submit.verdict(desk, card, pull, views, submit.Seen(points, verified, tests))
    await sandbox.destroy()
    await status.finish(desk, "")
    return result


async def read_parts(desk: Desk, card: IssueCard, pull: ReviewCard, views: list[diff_view.FileView]) -> list[str]:
    """Points to check, gathered over parts of the diff that fit the window."""
    profile = await desk.model.profile()
    room = int(profile.window * profile.characters_per_token * 0.3)
    points: list[str] = []
    for part in diff_view.parts(views, room)[:PARTS_MAX]:
        notes = f"Pull request: {pull.title}\n{pull.body}"
        answer = await decide_stage(desk, "read", POINTS, card=card.text(), guide=card.guide, notes=notes, shown=part)
        points += [str(point) for point in answer["points"]]
    return points


def check_notes(desk: Desk, pull: ReviewCard, points: list[str], tests: TestRun, views: list[diff_view.FileView]) -> str:
    """What the look-around starts from."""
    files = ", ".join(view.path for view in views[:30])
    earlier = [review for review in pull.reviews if review[1] == desk.account]
    said = f"\nYour earlier review, to be checked again:\n{earlier[-1][3]}" if earlier else ""
    listed = "\n".join(f"- {point}" for point in points) or "- nothing so far"
    return (
        f"Pull request #{pull.number}: {pull.title}\nChanged: {files}\n"
        f"See the change: git diff refs/remotes/origin/base -- PATH\n"
        f"Tests: {tests.summary}\nYour points:\n{listed}{said}"
    )
