"""Events that polling makes: named alike each time, so that an event found twice is stored once."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from forgecrew.core.event import Event, EventKind
from forgecrew.core.issue import Comment, Issue
from forgecrew.core.json import Json
from forgecrew.core.label import Label
from forgecrew.core.pull_request import PullRequest
from forgecrew.core.review import Review
from forgecrew.core.subject import Subject

_SUBMITTED = ("APPROVED", "REQUEST_CHANGES", "COMMENT")


class PolledEvents:
    """Makes events of one source, as they are found at a moment, with the label of their repository."""

    def __init__(self, source: str, now: datetime, label: Label) -> None:
        self._source, self._now, self._label = source, now, label

    def opened(self, issue: Issue) -> Event:
        """An issue that is new to us."""
        return self._event("issue.opened", "opened", issue.author, issue.subject, _about(issue))

    def assigned(self, issue: Issue, account: str) -> Event:
        """An issue is assigned to an account. Who did it is not told: its author stands for that."""
        payload = _about(issue) | {"assignees": [account]}
        return self._event("issue.assigned", f"assigned:{account}", issue.author, issue.subject, payload)

    def review_requested(self, pull: PullRequest, account: str) -> Event:
        """A review of the present head is asked of an account."""
        payload = {"title": pull.title, "author": pull.author, "head_sha": pull.head_sha, "requested_reviewers": [account]}
        return self._event(
            "pull.review_requested", f"review:{account}:{pull.head_sha[:40]}", pull.author, pull.subject, payload
        )

    def commented(self, subject: Subject, comment: Comment) -> Event:
        """Somebody said something."""
        kind: EventKind = "pull.commented" if subject.kind == "pull" else "issue.commented"
        payload = {"comment": {"id": comment.id, "body": comment.body}}
        return self._event(kind, f"comment:{comment.id}", comment.author, subject, payload)

    def reviewed(self, subject: Subject, review: Review) -> Event:
        """Somebody submitted a review."""
        payload = {"review": {"id": review.id, "state": review.state, "body": review.body}}
        return self._event("pull.reviewed", f"reviewed:{review.id}", review.reviewer, subject, payload)

    def closed(self, subject: Subject, task_id: int) -> Event:
        """An issue or pull request that a task waits for is closed."""
        kind: EventKind = "pull.closed" if subject.kind == "pull" else "issue.closed"
        return self._event(kind, f"closed:{task_id}", "", subject, {"state": "closed"})

    def _event(self, kind: EventKind, name: str, actor: str, subject: Subject, payload: Json) -> Event:
        external_id = f"poll:{subject.key}:{name}"
        return Event(self._source, kind, external_id[-200:], actor, subject, self._now, payload | {"polled": True}, self._label)


def untold_reviews(reviews: Sequence[Review], told: Sequence[Event], *, agent: str) -> list[Review]:
    """Reviews by others than the agent of which no event told. A webhook does not name the review: equal ones are counted."""
    known = Counter(_word(event.actor, dict(event.payload.get("review") or {})) for event in told)
    untold: list[Review] = []
    for review in reviews:
        if review.reviewer == agent or review.state not in _SUBMITTED:
            continue
        word = _word(review.reviewer, {"state": review.state, "body": review.body})
        if known[word]:
            known[word] -= 1
        else:
            untold.append(review)
    return untold


def untold_comments(
    comments: Sequence[Comment], told: Sequence[Event], *, since: datetime, own: Sequence[str]
) -> list[Comment]:
    """Comments by people since a moment of which no event told."""
    known = {dict(event.payload.get("comment") or {}).get("id") for event in told}
    return [
        comment
        for comment in comments
        if comment.id not in known
        and comment.author not in own
        and comment.created_at is not None
        and comment.created_at >= since
    ]


def _about(issue: Issue) -> Json:
    return {"title": issue.title, "author": issue.author}


def _word(actor: str, review: Json) -> tuple[str, str, str]:
    return actor, str(review.get("state")), str(review.get("body") or "").strip()
