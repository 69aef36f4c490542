"""What extractors find in one event: names, links, tellings of states, and texts. Plain values without any database."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from forgecrew.core.json import Json


class Key(NamedTuple):
    """An entity by its kind and its own key, e.g. ("issue", "owner/name#12")."""

    kind: str
    key: str


@dataclass(slots=True)
class Named:
    """One entity. `certain`: the forge itself told of it here, so name and readers are right; else somebody wrote its name."""

    key: Key
    name: str
    repo: str
    readers: str
    certain: bool = False
    attrs: Json = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class Link:
    """A relation that does not end: who wrote it, what it closes, which files it touched."""

    src: Key
    kind: str
    dst: Key
    extractor: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Told:
    """What was so at one moment about one entity, per kind of relation.

    `whole` says that exactly these hold and all others do not; `more` and `less` that these begin and end to hold.
    """

    about: Key
    extractor: str
    whole: dict[str, list[Key]] = field(default_factory=dict[str, list[Key]])
    more: dict[str, list[Key]] = field(default_factory=dict[str, list[Key]])
    less: dict[str, list[Key]] = field(default_factory=dict[str, list[Key]])


Provenance = Literal["said", "own", "recalled"]
"""Said by a person or the forge; written by one of our agents; copied from what memory itself had shown."""


@dataclass(frozen=True, slots=True)
class Said:
    """One text at its place. An empty text means that nothing stands there any more."""

    source_key: str
    kind: str
    thread_key: str
    about: Key
    author: str
    text: str
    provenance: Provenance = "said"


@dataclass(frozen=True, slots=True)
class PageTold:
    """What a page of memory says now, since when and until when; an empty text says that there is no such page any more."""

    source_key: str
    about: Key
    kind: str
    text: str
    since: datetime
    expires: datetime | None


@dataclass(slots=True)
class Found:
    """All that one event tells, in the order found; `at` is when it was so in the world.

    `own_readers`: its readers are those of what it tells alone, not news of who may read the repository.
    """

    at: datetime
    repo: str
    readers: str
    integrity: int
    own_readers: bool = False
    named: dict[Key, Named] = field(default_factory=dict[Key, Named])
    links: list[Link] = field(default_factory=list[Link])
    told: list[Told] = field(default_factory=list[Told])
    said: list[Said] = field(default_factory=list[Said])
    pages: list[PageTold] = field(default_factory=list[PageTold])
    begun: dict[Key, datetime] = field(default_factory=dict[Key, datetime])
    """Threads with the moment at which the forge says that they were opened."""

    def name(self, kind: str, key: str, name: str = "", *, repo: str | None = None, certain: bool = False) -> Key:
        """Note an entity; what is certain stays so. Without a repository of its own it belongs to the event's."""
        made = Key(kind, key[:400])
        known = self.named.get(made)
        if known is None:
            where = self.repo if repo is None else repo
            readers = "public" if certain and not where else self.readers
            self.named[made] = Named(made, (name or key)[:400], where, readers, certain)
        elif certain:
            known.certain, known.name = True, (name or known.name)[:400]
            known.readers = "public" if not known.repo else known.readers
        return made
