"""Reading the change part by part: the points that are to be checked."""

from typing import Any

from forgecrew.agents import schema
from forgecrew.agents.decision import decide_stage
from forgecrew.agents.desk import Desk
from forgecrew.agents.diff_view import FileView, number, parts
from forgecrew.agents.issue_card import IssueCard
from forgecrew.agents.review_card import ReviewCard
from forgecrew.agents.thinking import profile_of

POINTS = schema.flat("Points", points=schema.texts(3, 240))
PARTS_MAX = 12


async def load_change(desk: Desk) -> tuple[list[FileView], list[str]]:
    """The files of the diff, and its parts as they fit the window."""
    repo = desk.task.subject.repo

    async def load() -> dict[str, Any]:
        # How large the parts may be is kept with the diff: the model's measured density changes while the run goes on.
        profile = await profile_of(desk)
        room = int(profile.window * profile.characters_per_token * 0.3)
        return {"diff": await desk.forge.pulls.diff(repo, desk.task.subject.number), "room": room}

    change = await desk.read("diff", load)
    views = number(change["diff"])
    return views, parts(views, int(change["room"]))


async def read_parts(desk: Desk, card: IssueCard, pull: ReviewCard, shown: list[str]) -> list[str]:
    """Points to check, gathered over parts of the diff that fit the window."""
    points: list[str] = []
    for part in shown[:PARTS_MAX]:
        notes = f"Pull request: {pull.bare_title}\n{pull.body}"
        answer = await decide_stage(desk, "read", POINTS, card=card.text(), guide=card.guide, notes=notes, shown=part)
        points += [str(point) for point in answer["points"]]
    return points
