"""A crew and events for the kernel's tests."""

from datetime import UTC, datetime
from typing import Any

from forgecrew.core.event import Event, EventKind
from forgecrew.core.label import Label
from forgecrew.core.role import Role
from forgecrew.core.subject import RepoRef, Subject

REPO = RepoRef("acme", "tally")
ISSUE = Subject(REPO, "issue", 1)
PULL = Subject(REPO, "pull", 2)
CODER = Role("coder", "casey", "", ("issue.assigned", "pull.reviewed", "mentioned"))
REVIEWER = Role("reviewer", "robin", "", ("pull.review_requested",))
TRIAGER = Role("triager", "tess", "", ("issue.opened",))
CREW = (CODER, REVIEWER, TRIAGER)
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def event(
    kind: EventKind,
    actor: str = "mia",
    *,
    id: str = "d1",
    subject: Subject | None = None,
    label: Label | None = None,
    **payload: Any,
) -> Event:
    """An event about issue 1, or about pull request 2 when its kind says so."""
    about = subject or (PULL if kind.startswith("pull.") else ISSUE)
    return Event("gitea", kind, id, actor, about, AT, payload, label or Label())
