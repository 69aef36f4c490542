"""Reads JSON about unread threads of Gitea and Forgejo into the core nouns."""

from forgecrew.core.issue import Notification
from forgecrew.core.subject import Subject
from forgecrew.integrations.gitea.fields import dig, number, text, when
from forgecrew.integrations.gitea.repo_ref import repo_ref


def notification(value: object) -> Notification | None:
    """An unread thread; None for subjects that are neither issue nor pull request."""
    kind = {"issue": "issue", "pull": "pull"}.get(text(value, "subject", "type").lower())
    tail = text(value, "subject", "url").rpartition("/")[2]
    if kind is None or not tail.isdigit():
        return None
    subject = Subject(repo_ref(dig(value, "repository")), "pull" if kind == "pull" else "issue", int(tail))
    return Notification(number(value, "id"), subject, when(value, "updated_at"))
