"""The reviewer's way: read the change part by part, run its tests, look around, submit one review."""

import re

from forgecrew.agents import status
from forgecrew.agents.desk import Desk
from forgecrew.agents.issue_card import IssueCard, read_card
from forgecrew.agents.review_card import read_reviews
from forgecrew.core.errors import NotFound
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.crew.reviewer import submit
from forgecrew.crew.reviewer.check import check
from forgecrew.crew.reviewer.read_change import load_change, read_parts

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
    views, parts = await load_change(desk)
    await status.start_stage(desk, "read")
    points = await read_parts(desk, card, pull, parts)
    await status.start_stage(desk, "check")
    seen = await check(desk, card, pull, views, points)
    await status.start_stage(desk, "verdict")
    result = await submit.verdict(desk, card, pull, views, seen)
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
