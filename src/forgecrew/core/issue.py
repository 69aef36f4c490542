"""Issues, comments, labels and reactions as the forge shows them."""

from dataclasses import dataclass
from datetime import datetime

from forgecrew.core.subject import RepoRef, Subject


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue or pull request, seen as an issue."""

    repo: RepoRef
    number: int
    title: str
    body: str
    state: str
    author: str
    assignees: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    is_pull: bool = False
    html_url: str = ""
    updated_at: datetime | None = None

    @property
    def subject(self) -> Subject:
        """What a task about this issue is about."""
        return Subject(self.repo, "pull" if self.is_pull else "issue", self.number)


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment under an issue or pull request."""

    id: int
    author: str
    body: str
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reaction:
    """One reaction of one account; content is a word such as `eyes`."""

    user: str
    content: str


@dataclass(frozen=True, slots=True)
class ForgeLabel:
    """A label that a repository offers (not to be mixed up with core.label.Label)."""

    id: int
    name: str
    color: str = "#cccccc"
    description: str = ""


@dataclass(frozen=True, slots=True)
class Notification:
    """One unread thread of an account; the forge does not say why it is there."""

    id: int
    subject: Subject
    updated_at: datetime | None = None
