"""Leaving out of an event's findings what a person asked memory to forget."""

from collections.abc import Iterable, Set

from forgecrew.memory.extract.found import Found, Key, Told
from forgecrew.memory.prepare import Prepared

Tombstone = tuple[str, str]
"""(kind, key); kind is source, person, repo or event."""


def tombstones_of(prepared: Prepared) -> set[Tombstone]:
    """All tombstones that could concern an event."""
    found = prepared.found
    pairs: set[Tombstone] = {("repo", found.repo), ("event", prepared.event_id)}
    pairs |= {("source", said.source_key[:300]) for said in found.said}
    pairs |= {("person", said.author.lower()) for said in found.said if said.author}
    return pairs | {("person", key.key) for key in found.named if key.kind in ("user", "author")}


def withhold(prepared: Prepared, forgotten: Set[Tombstone]) -> None:
    """Take out what is forgotten: the whole event, texts by place or author, and people with all that names them."""
    found = prepared.found
    if ("repo", found.repo) in forgotten or ("event", prepared.event_id) in forgotten:
        found.named, found.links, found.told, found.said, found.pages = {}, [], [], [], []
        prepared.pieces, prepared.again = [], []
        return
    gone = {key for key in found.named if key.kind in ("user", "author") and ("person", key.key) in forgotten}
    silent = {
        said.source_key
        for said in found.said
        if ("source", said.source_key[:300]) in forgotten or ("person", said.author.lower()) in forgotten
    }
    found.said = [said for said in found.said if said.source_key not in silent]
    found.pages = [told for told in found.pages if told.source_key not in silent]
    prepared.again = [(source, version) for source, version in prepared.again if source not in silent]
    prepared.pieces = [piece for piece in prepared.pieces if piece.said.source_key not in silent]
    if gone or silent:
        found.links = [link for link in found.links if not {link.src, link.dst} & gone]
        found.told = [_without(told, gone) for told in found.told if told.about not in gone]
        found.named = {key: named for key, named in found.named.items() if key not in gone}
        if silent:
            _unnamed(found)


def _without(told: Told, gone: Set[Key]) -> Told:
    def kept(slots: dict[str, list[Key]]) -> dict[str, list[Key]]:
        return {kind: [key for key in keys if key not in gone] for kind, keys in slots.items()}

    return Told(told.about, told.extractor, kept(told.whole), kept(told.more), kept(told.less))


def _unnamed(found: Found) -> None:
    """Titles are words of the forgotten text too: a thread is then called by its number."""
    for named in found.named.values():
        if named.key.kind in ("issue", "commit"):
            named.name = named.key.key


def all_tombstones(batch: Iterable[Prepared]) -> list[Tombstone]:
    """Those of many events, each once."""
    return sorted({pair for prepared in batch for pair in tombstones_of(prepared)})
