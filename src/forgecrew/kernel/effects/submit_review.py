"""Submit one review of somebody else's pull request."""

from typing import Any

from forgecrew.core.errors import RefusedError
from forgecrew.core.json import Json, digest
from forgecrew.core.review import InlineComment, Review
from forgecrew.kernel.effects.context import EffectContext
from forgecrew.kernel.effects.marker import carries, marked

_VERDICTS = ("APPROVED", "REQUEST_CHANGES", "COMMENT")


async def execute(context: EffectContext, arguments: Json) -> Json:
    """{number, verdict, body, commit_sha, comments: [{path, line, body}]} → {review_id}."""
    number, commit_sha, verdict = int(arguments["number"]), str(arguments["commit_sha"]), arguments["verdict"]
    if verdict not in _VERDICTS:
        raise RefusedError(f"a verdict is one of {', '.join(_VERDICTS)}, not {verdict!r}")
    if number != context.number:
        raise RefusedError(f"a review of #{number} does not belong to a task about #{context.number}")
    marker = f"review:{digest(context.intent.key)[:32]}"
    if there := await context.look(lambda: _find(context, number, marker)):
        return {"review_id": there.id}
    pull = await context.forge.pulls.pull(context.repo, number)
    if context.is_me(pull.author) and verdict != "COMMENT":
        raise RefusedError("an agent does not approve or reject its own pull request")
    if verdict == "APPROVED" and pull.head_sha != commit_sha:
        raise RefusedError(f"#{number} has moved on to {pull.head_sha[:12]} since {commit_sha[:12]} was read: look again")
    remarks: list[Any] = arguments.get("comments") or []
    written = await context.forge.pulls.review(
        context.repo, number, verdict=verdict, body=marked(str(arguments["body"]), marker), commit_sha=commit_sha,
        comments=[_comment(one) for one in remarks],
    )  # fmt: skip
    return {"review_id": written.id}


async def _find(context: EffectContext, number: int, marker: str) -> Review | None:
    for review in await context.forge.pulls.reviews(context.repo, number):
        if carries(review.body, marker) and context.is_me(review.reviewer):
            return review
    return None


def _comment(one: Any) -> InlineComment:
    return InlineComment(str(one["path"]), int(one["line"]), str(one["body"]))
