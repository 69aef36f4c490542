"""What really came out of the demo's job, as it stands on the forge, not as the crew tells it."""

from collections.abc import Sequence
from dataclasses import dataclass

from forgecrew.core.issue import Issue
from forgecrew.core.pull_request import PullRequest
from forgecrew.core.review import Review
from forgecrew.core.subject import RepoRef
from forgecrew.ports.forge import Forge


@dataclass(frozen=True, slots=True)
class ForgeFigures:
    """What stands on the forge: the issue, its pull request, reviews, comments by agents and reactions."""

    issue: Issue
    pull: PullRequest | None
    reviews: tuple[Review, ...]
    comments: int
    comments_per_task_max: int
    reactions: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """A pull request that is no draft and whose present head is approved by another account than its author's."""
        if self.pull is None or self.pull.draft:
            return False
        pull = self.pull
        return any(
            one.state == "APPROVED" and one.commit_sha == pull.head_sha and one.reviewer != pull.author for one in self.reviews
        )


async def on_the_forge(forge: Forge, repo: RepoRef, number: int, agents: Sequence[str]) -> ForgeFigures:
    """Look at the issue and at the newest pull request that says it closes it."""
    issue = await forge.issues.issue(repo, number)
    pulls = [one for one in await forge.issues.search(filter="all") if one.is_pull and one.repo == repo]
    places = [number, *(one.number for one in pulls)]
    bodies = [one.body for place in places for one in await forge.issues.comments(repo, place) if one.author in agents]
    marks = [mark for body in bodies if (mark := status_mark(body))]
    reactions = [f"{one.user}:{one.content}" for place in places for one in await forge.issues.reactions(repo, place)]
    pull = await forge.pulls.pull(repo, max(one.number for one in pulls)) if pulls else None
    reviews = await forge.pulls.reviews(repo, pull.number) if pull else []
    submitted = tuple(one for one in reviews if one.state not in ("PENDING", "REQUEST_REVIEW"))
    most = max((marks.count(mark) for mark in set(marks)), default=0)
    return ForgeFigures(issue, pull, submitted, len(bodies), most, tuple(reactions))


def status_mark(body: str) -> str:
    """The hidden mark of a status comment, empty for any other comment."""
    start = body.find("<!-- forgecrew:status:")
    return body[start : body.find("-->", start)] if start >= 0 else ""
