"""Memory in JSON: what is asked of it and what it answers."""

from dataclasses import dataclass
from datetime import datetime

from litestar.exceptions import ValidationException

from forgecrew.core.subject import RepoRef
from forgecrew.memory.recall.asked import MIN_RELEVANCE, Recalled

TEXT_MAX = 8_000


@dataclass(frozen=True, slots=True)
class MemoryQuestion:
    """`min_relevance` 0 to 1: below it nothing is answered. `repo` (owner/name) narrows the search to one repository."""

    query: str
    limit: int = 12
    min_relevance: float = MIN_RELEVANCE
    repo: str = ""

    def __post_init__(self) -> None:
        """Bounds."""
        if not self.query.strip() or len(self.query) > TEXT_MAX:
            raise ValidationException(f"query: 1 to {TEXT_MAX} characters")
        if not 1 <= self.limit <= 50 or not 0 <= self.min_relevance <= 1:
            raise ValidationException("limit: 1 to 50; min_relevance: 0 to 1")
        if self.repo:
            repo_of(self.repo)


@dataclass(frozen=True, slots=True)
class RelatedQuestion:
    """`name`: owner/name#3, or with `repo` also #3, a commit, a path, a `symbol`. `kinds` of relations; none means all."""

    name: str
    repo: str = ""
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note about a repository or, with a number, about one of its issues or pull requests."""

    text: str
    repo: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """One line as a prompt would show it; `label` is integrity/readers, `relevance` 0 to 1."""

    id: str
    kind: str
    text: str
    url: str
    label: str
    at: datetime
    relevance: float


@dataclass(frozen=True, slots=True)
class Answer:
    """Best first within facts, quotes and code; empty when nothing is relevant enough."""

    hits: list[Hit]
    milliseconds: float


@dataclass(frozen=True, slots=True)
class NoteShape:
    """A note; `id` removes it."""

    id: str
    text: str


def answer_of(found: Recalled) -> Answer:
    """What recall gave, in JSON."""
    hits = [Hit(one.id, one.kind, one.text, one.url, str(one.label), one.at, round(one.relevance, 3)) for one in found.lines]
    return Answer(hits, round(found.milliseconds, 1))


def repo_of(name: str) -> RepoRef:
    """The repository that is named. Raises ValidationException."""
    try:
        return RepoRef.parse(name)
    except ValueError:
        raise ValidationException(f"repo: write it as owner/name, not {name!r}") from None
