"""The past as events: named alike each time, and of the kind `other`, so that nobody takes them for news.

`what` in their payload says what they were.
"""

from datetime import UTC, datetime

from forgecrew.core.event import Event
from forgecrew.core.issue import Comment
from forgecrew.core.json import Json
from forgecrew.core.label import Integrity, Label
from forgecrew.core.past import PastCommit, PastPage, PastThread
from forgecrew.core.review import Review
from forgecrew.core.subject import RepoRef, Subject


class PastEvents:
    """Makes events of one source about one repository, with its label."""

    def __init__(self, source: str, repo: RepoRef, label: Label, now: datetime) -> None:
        self._source, self._repo, self._label, self._now = source, repo, label, now

    def thread(self, past: PastThread) -> list[Event]:
        """How a thread began, and how it is now."""
        issue = past.issue
        pull = issue.is_pull
        word = "pull" if pull else "issue"
        about: Json = {
            "title": issue.title, "body": issue.body, "author": issue.author,
            "opened_at": past.created_at.isoformat() if past.created_at else "",
        }  # fmt: skip
        opened: Json = about | {"what": f"{word}.opened", "state": "open"}
        present: Json = about | {
            "what": f"{word}.edited", "state": issue.state, "labels": list(issue.labels), "assignees": list(issue.assignees),
            "milestone": past.milestone,
        }  # fmt: skip
        if pull:
            present |= {"merged": past.merged, "merged_by": past.merged_by}
        changed_at = past.closed_at if issue.state == "closed" and past.closed_at else issue.updated_at
        number = f"{issue.subject.key}"
        return [
            self._event(f"{number}:opened", issue.author, issue.subject, past.created_at, opened),
            self._event(f"{number}:present", issue.author, issue.subject, changed_at or past.created_at, present),
        ]

    def comment(self, subject: Subject, comment: Comment) -> Event:
        """One comment as it stands now."""
        word = "pull.commented" if subject.kind == "pull" else "issue.commented"
        payload: Json = {"what": word, "comment": {"id": comment.id, "body": comment.body, "author": comment.author}}
        moment = comment.updated_at or comment.created_at
        return self._event(f"{subject.key}:comment:{comment.id}", comment.author, subject, moment, payload)

    def review(self, subject: Subject, review: Review) -> Event:
        """One review. The forge's list does not tell this port when; so it counts as told now, and its verdict as well."""
        payload: Json = {"what": "pull.reviewed", "review": {"id": review.id, "state": review.state, "body": review.body}}
        return self._event(f"{subject.key}:review:{review.id}", review.reviewer, subject, None, payload)

    def commit(self, commit: PastCommit, branch: str) -> Event:
        """One commit; files are told to be there by those of the main line alone."""
        files: Json = {"added": list(commit.added), "modified": list(commit.modified), "removed": list(commit.removed)}
        one: Json = {"id": commit.sha, "message": commit.message, "author": commit.author, "email": commit.email} | files
        if commit.merge:
            one["merge"] = True
        payload: Json = {
            "what": "commit", "branch": branch if commit.on_main_line else "", "default_branch": branch, "commits": [one],
        }  # fmt: skip
        trust = Integrity.MERGED if commit.on_main_line else self._label.integrity
        return self._event(f"{self._repo}@{commit.sha}", "", Subject(self._repo, "repo"), commit.at, payload, trust)

    def page(self, page: PastPage) -> Event:
        """One page, notes of a release or document."""
        payload: Json = {"what": "document", "document": {"kind": page.kind, "path": page.path, "text": page.text}}
        trust = Integrity.MERGED if page.kind == "doc" else self._label.integrity
        name = f"{self._repo}:{page.kind}:{page.path}"
        return self._event(name, page.author, Subject(self._repo, "repo"), page.at, payload, trust)

    def _event(
        self, name: str, actor: str, subject: Subject, moment: datetime | None, payload: Json, trust: Integrity | None = None
    ) -> Event:
        external_id = f"past:{name}"[-200:]
        at = (moment or self._now).astimezone(UTC)
        label = self._label if trust is None else Label(trust, self._label.readers)
        return Event(self._source, "other", external_id, actor, subject, at, payload, label)
