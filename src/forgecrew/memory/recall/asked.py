"""What recall is asked and what it gives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from forgecrew.core.label import Label
from forgecrew.core.scope import Scope
from forgecrew.store.queries.chunks import Chunk

if TYPE_CHECKING:  # numpy is large, and `serve` mostly does without
    from forgecrew.memory.ranking.passage import Vector

MIN_RELEVANCE = 0.45
"""Below this nothing is said: relevance.py tells how it was calibrated."""
HOPS: Mapping[str, tuple[str, ...]] = {
    "issue": ("worked_on", "closes", "duplicates", "depends_on", "blocks", "refers_to"),
    "pull": ("worked_on", "closes", "has_commit", "merged_as", "depends_on"),
    "repo": ("closes", "touches"),
    "search": ("worked_on", "closes", "duplicates", "depends_on", "blocks", "refers_to", "merged_as", "touches"),
}
"""Relations that are followed one step, by what the task is about; `search` is for people."""


def as_it_is(text: str) -> str:
    """No cleaning."""
    return text


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `text` is what it is about; `more` (the last observation, say) adds words but no demands.

    `thread` (owner/name#3) is the one that the asker sees anyway: it names what is in focus, its texts are left out.
    `code` is what the code of `repo` (without one: of the indexed ones) is looked through for, its first line being a title; ""
    looks for none.
    `seen` is what the asker has before its eyes: texts that stand in it are not said again.
    `tokens_max` bounds the packed lines; `clean` takes out of texts what their page does not show.
    """

    text: str
    scope: Scope
    tokens_max: int = 900
    more: str = ""
    repo: str = ""
    thread: str = ""
    hops: tuple[str, ...] = HOPS["search"]
    limit: int = 12
    min_relevance: float = MIN_RELEVANCE
    vector: "Vector | None" = None
    clean: Callable[[str], str] = as_it_is
    forge_url: str = ""
    public_url: str = ""
    code: str = ""
    seen: str = ""


@dataclass(slots=True)
class Candidate:
    """One chunk that may be recalled. `near` tells that it was reached over an entity in focus, `hop` over a relation.

    `says` tells of each telling word of the question whether its text says it.
    """

    chunk: Chunk
    words: float = 0.0
    cosine: float | None = None
    vector: "Vector | None" = None
    near: bool = False
    hop: bool = False
    score: float = 0.0
    relevance: float = 0.0
    features: tuple[float, ...] = ()
    says: Sequence[bool] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One packed line: `id` as it is cited, where it can be read, how far it is trusted. `kind` is fact, quote or code.

    It is about an entity (0: unknown); a line of code tells the key of its file as `place`.
    """

    id: str
    kind: str
    text: str
    url: str
    label: Label
    at: datetime
    tokens: int
    relevance: float = 1.0
    entity_id: int = 0
    place: str = ""


@dataclass(slots=True)
class Recalled:
    """What was recalled, in the order of the prompt; `ranked` are the best candidates with their features, for learning."""

    lines: list[Line] = field(default_factory=list[Line])
    ranked: list[Candidate] = field(default_factory=list[Candidate])
    milliseconds: float = 0.0

    @property
    def text(self) -> str:
        """The lines as they are shown."""
        return "\n".join(line.text for line in self.lines)

    @property
    def tokens(self) -> int:
        """What they cost."""
        return sum(line.tokens for line in self.lines)
