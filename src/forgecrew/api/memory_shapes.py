"""Memory in JSON: what is asked of it and what it answers."""

from dataclasses import dataclass, field
from datetime import datetime

from litestar.exceptions import ValidationException

from forgecrew.api.asked import ID_MAX, repo_of
from forgecrew.memory.for_operator import MemoryDesk
from forgecrew.memory.recall.asked import MIN_RELEVANCE, Line, Recalled
from forgecrew.memory.recall.related import Related
from forgecrew.store.queries.entities import Entity

TEXT_MAX = 8_000
RELATED_MAX = 20
RELATED_TO = 3
"""Entities, of the first lines, whose relations are answered too."""


@dataclass(frozen=True, slots=True)
class MemoryQuestion:
    """`min_relevance` 0 to 1: below it nothing is answered. `repo` (owner/name) narrows the search to one repository.

    With `related` up to so many relations of each of the first three entities that are found are answered beside them.
    """

    query: str
    limit: int = 12
    min_relevance: float = MIN_RELEVANCE
    repo: str = ""
    related: int = 0

    def __post_init__(self) -> None:
        """Bounds."""
        if not self.query.strip() or len(self.query) > TEXT_MAX:
            raise ValidationException(f"query: 1 to {TEXT_MAX} characters")
        if not 1 <= self.limit <= 50 or not 0 <= self.min_relevance <= 1:
            raise ValidationException("limit: 1 to 50; min_relevance: 0 to 1")
        if not 0 <= self.related <= RELATED_MAX:
            raise ValidationException(f"related: 0 to {RELATED_MAX}")
        if self.repo:
            repo_of(self.repo)


@dataclass(frozen=True, slots=True)
class RelatedQuestion:
    """`name`: owner/name#3, or with `repo` also #3, a commit, a path, a `symbol`; or the `entity_id` of what was found.

    `kinds` of relations; none means all.
    """

    name: str = ""
    repo: str = ""
    kinds: tuple[str, ...] = ()
    entity_id: int = 0
    limit: int = 2 * RELATED_MAX

    def __post_init__(self) -> None:
        """Bounds."""
        if not self.name.strip() and self.entity_id <= 0:
            raise ValidationException("name or entity_id: say what it is about, e.g. owner/name#3")
        if self.entity_id > ID_MAX:
            raise ValidationException("entity_id: that of a hit, or of /api/memory/graph/search")
        if not 1 <= self.limit <= 2 * RELATED_MAX:
            raise ValidationException(f"limit: 1 to {2 * RELATED_MAX}")


@dataclass(frozen=True, slots=True)
class Hit:
    """One line as a prompt would show it; `label` is integrity/readers, `relevance` 0 to 1. 0 and "" where it is about none."""

    id: str
    kind: str
    text: str
    url: str
    label: str
    at: datetime
    relevance: float
    entity_id: int = 0
    entity_type: str = ""
    entity: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Best first within facts, quotes and code; empty when nothing is relevant enough. `related` where it was asked for."""

    hits: list[Hit]
    milliseconds: float
    related: list[Related] = field(default_factory=list[Related])


async def answer_of(desk: MemoryDesk, found: Recalled, *, related: int = 0) -> Answer:
    """What recall gave, in JSON, with what each line is about and, where it is wished, what is related to the first."""
    about = await desk.about(found.lines)
    hits = [_hit(line, about.get(line.id)) for line in found.lines]
    first = list({one.id: one for line in found.lines if (one := about.get(line.id))}.values())[:RELATED_TO]
    near = await desk.related_to(first, each=related) if related else []
    return Answer(hits, round(found.milliseconds, 1), near)


def _hit(line: Line, about: Entity | None) -> Hit:
    named = (about.id, about.kind, about.key) if about else (0, "", "")
    return Hit(line.id, line.kind, line.text, line.url, str(line.label), line.at, round(line.relevance, 3), *named)
