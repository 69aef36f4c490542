"""Reviews of pull requests, with the remarks on lines that belong to them."""

from dataclasses import replace
from datetime import UTC, datetime

from forgecrew.core.errors import RefusedError
from forgecrew.core.json import Json
from forgecrew.core.review import InlineComment, Review
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.gitea import payloads
from forgecrew.integrations.gitea.fields import number, text, when
from forgecrew.integrations.gitea.http import Transport, at

_REVIEWS = "/repos/{owner}/{repo}/pulls/{index}/reviews"
_SUBMITTED = ("APPROVED", "REQUEST_CHANGES", "COMMENT")


class GiteaReviews:
    """Reads and submits reviews."""

    def __init__(self, transport: Transport) -> None:
        self._http = transport

    async def submitted(self, repo: RepoRef, index: int) -> list[Review]:
        """Reviews that were sent off, oldest first; pending ones and requests for a review are no reviews yet."""
        found = [item for item in await self._http.pages(at(_REVIEWS, repo, index=index)) if text(item, "state") in _SUBMITTED]
        found.sort(key=lambda item: (when(item, "submitted_at") or datetime.min.replace(tzinfo=UTC), number(item, "id")))
        return [payloads.review(item, await self._remarks(repo, index, item)) for item in found]

    async def submit(self, repo: RepoRef, index: int, review: Review) -> Review:
        """Send one review; its state must be one of the three words a forge takes for a verdict.

        Any other word would leave a pending review that nobody sees, so the answer is checked as well.
        """
        asked: Json = {
            "event": review.state,
            "body": review.body,
            "commit_id": review.commit_sha,
            "comments": [_remark(comment) for comment in review.comments],
        }
        made = await self._http.item("POST", at(_REVIEWS, repo, index=index), body=asked)
        if text(made, "state") != review.state:
            raise RefusedError(f"the forge made a review {text(made, 'state') or '?'} of one that said {review.state}")
        return replace(payloads.review(made), comments=review.comments)

    async def _remarks(self, repo: RepoRef, index: int, review: Json) -> tuple[InlineComment, ...]:
        if number(review, "comments_count") == 0:
            return ()
        path = at(_REVIEWS + "/{id}/comments", repo, index=index, id=number(review, "id"))
        return tuple(payloads.inline_comment(item) for item in await self._http.items(path))


def _remark(comment: InlineComment) -> Json:
    side = "new_position" if comment.line > 0 else "old_position"
    return {"path": comment.path, "body": comment.body, side: abs(comment.line)}
