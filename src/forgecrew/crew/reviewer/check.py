"""Looking around in the change: its tests, and what the points say."""

from forgecrew.agents.checkout import Checkout, fetch, open_workspace
from forgecrew.agents.desk import Desk
from forgecrew.agents.diff_view import FileView
from forgecrew.agents.issue_card import IssueCard
from forgecrew.agents.review_card import ReviewCard
from forgecrew.agents.stage import Stage, work
from forgecrew.agents.testing import TestRun, run_all
from forgecrew.crew.reviewer.submit import Seen


async def check(desk: Desk, card: IssueCard, pull: ReviewCard, views: list[FileView], points: list[str]) -> Seen:
    """What is known before the verdict."""
    base = pull.base_sha or card.base_sha
    await fetch(desk, card.clone_url, pull.head_sha, base)
    checkout = Checkout(f"review-{pull.number}", pull.head_sha, base, desk.account, card.email)
    sandbox = await open_workspace(desk, checkout, fresh=pull.head_sha[:12])
    tests = await run_all(desk, sandbox, "of the pull request")
    verified = await work(desk, sandbox, Stage(
        "check", tools=desk.role.tools or ("sh",), card=card.text(), guide=card.guide, lenient=True,
        notes=check_notes(desk, pull, points, tests, views), first="\n\n".join(view.text for view in views),
    ))  # fmt: skip
    return Seen(points, verified, tests)


def check_notes(desk: Desk, pull: ReviewCard, points: list[str], tests: TestRun, views: list[FileView]) -> str:
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
