"""Opening a pull request as a draft."""

from forgecrew.agents.checkout import Checkout
from forgecrew.agents.desk import Desk
from forgecrew.agents.issue_card import IssueCard
from forgecrew.core.pull_request import DRAFT_PREFIX


async def open_pull(desk: Desk, card: IssueCard, checkout: Checkout, title: str, body: str) -> int:
    """Its number."""
    arguments = {"head": checkout.branch, "base": card.default_branch, "title": DRAFT_PREFIX + title, "body": body}
    return int((await desk.write("open_pull", arguments, key="open_pull"))["number"])
