"""Asking the crew's reviewer to look at a pull request."""

from forgecrew.agents.desk import Desk
from forgecrew.core.errors import RefusedError


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
