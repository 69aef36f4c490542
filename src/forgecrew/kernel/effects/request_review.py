"""Ask accounts to review the agent's own pull request."""

from forgecrew.core.errors import RefusedError
from forgecrew.core.json import Json
from forgecrew.kernel.effects.context import EffectContext


async def execute(context: EffectContext, arguments: Json) -> Json:
    """{number, reviewers} → {}."""
    number = int(arguments["number"])
    reviewers = [str(login) for login in arguments["reviewers"]]
    pull = await context.forge.pulls.pull(context.repo, number)
    if not context.is_me(pull.author):
        raise RefusedError(f"pull request #{number} is {pull.author}'s: agents ask for reviews of their own only")
    if any(context.is_me(login) for login in reviewers):
        raise RefusedError("an agent does not review its own work")
    if context.stored.attempts > 1:
        # An earlier try may have reached the forge, and the reviewer may even have answered: asking twice costs a review.
        answered = {review.reviewer for review in await context.forge.pulls.reviews(context.repo, number)
                    if review.commit_sha == pull.head_sha and review.state != "REQUEST_REVIEW"}  # fmt: skip
        reviewers = [login for login in reviewers if login not in answered and login not in pull.requested_reviewers]
    if reviewers:
        await context.forge.pulls.request_review(context.repo, number, reviewers)
    return {}
