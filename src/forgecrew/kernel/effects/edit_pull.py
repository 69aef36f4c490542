"""Change title or text of the agent's own pull request; the draft mark goes only when another account approved."""

from forgecrew.core.errors import RefusedError
from forgecrew.core.json import Json
from forgecrew.core.person import WRITERS
from forgecrew.core.pull_request import PullRequest
from forgecrew.core.review import Review
from forgecrew.guard.calls import closes_only
from forgecrew.kernel.effects.context import EffectContext


async def execute(context: EffectContext, arguments: Json) -> Json:
    """{number, title?, body?} → {}."""
    number = int(arguments["number"])
    pull = await context.forge.pulls.pull(context.repo, number)
    if not context.is_me(pull.author):
        raise RefusedError(f"pull request #{number} is {pull.author}'s: agents edit their own only")
    title, body = arguments.get("title"), arguments.get("body")
    if title is not None and pull.draft and not str(title).upper().startswith(("WIP:", "[WIP]")):
        check_approved(pull, await _of_writers(context, pull, await context.forge.pulls.reviews(context.repo, number)))
    about = context.number if context.intent.subject.kind == "issue" else 0
    changed = {"title": title, "body": None if body is None else closes_only(str(body), about)}
    wanted = {name: str(text) for name, text in changed.items() if text is not None and text != getattr(pull, name)}
    if wanted:
        await context.forge.pulls.edit_pull(context.repo, number, **wanted)
    return {}


async def _of_writers(context: EffectContext, pull: PullRequest, reviews: list[Review]) -> list[Review]:
    """Reviews by who may write here: everybody else may say anything and decides nothing."""
    names = {review.reviewer for review in reviews if review.reviewer.lower() != pull.author.lower()}
    writers = {name for name in names if await context.forge.people.permission(context.repo, name) in WRITERS}
    return [review for review in reviews if review.reviewer in writers]


def check_approved(pull: PullRequest, reviews: list[Review]) -> None:
    """Raises RefusedError unless another account's approval stands on the present head, and nobody asks for changes."""
    last = {
        review.reviewer.lower(): review
        for review in reviews
        if review.state in ("APPROVED", "REQUEST_CHANGES") and review.reviewer.lower() != pull.author.lower()
    }
    asking = [review.reviewer for review in last.values() if review.state == "REQUEST_CHANGES" and not review.stale]
    if asking:
        raise RefusedError(f"#{pull.number} stays a draft: {', '.join(asking)} asks for changes")
    if not any(review.state == "APPROVED" and review.commit_sha == pull.head_sha for review in last.values()):
        raise RefusedError(
            f"#{pull.number} stays a draft: nobody but its author has approved {pull.head_sha[:12]} who may write here"
        )
