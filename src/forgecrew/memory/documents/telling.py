"""What was read as events, each a part of the document: memory takes them in like all others."""

from collections.abc import Iterator, Sequence, Set

from forgecrew.core.document import Document
from forgecrew.core.event import Event
from forgecrew.core.json import Json
from forgecrew.core.label import Label
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.memory.documents.citation import source_key, thread_key
from forgecrew.memory.documents.reading import Read

SOURCE = "document"
PART_CHARACTERS = 30_000
PART_PLACES = 40
"""An event is one part of a transaction of memory, which others wait for."""


def events_of(document: Document, read: Read, live: Set[str]) -> list[Event]:
    """Its places, then, with empty texts, those of an earlier content that it no longer has (`live` are source keys)."""
    told = list(read.places)
    here = {source_key(document.repo, document.name, at)[:300] for at, _ in told}
    start = len(thread_key(document.repo, document.name)) + 1
    told += [(key[start:], "") for key in sorted(live - here)]
    repo, label = RepoRef.parse(document.repo), Label.parse(document.label)
    actor = document.sent_by if document.source else ""  # only those who wrote on the forge are known there
    moment = int(document.at.timestamp() * 1000)
    return [
        Event(
            SOURCE, "other", f"{document.id}:{moment}:{number}", actor, Subject(repo, "repo"), document.at,
            _payload(document, number, part), label,
        )
        for number, part in enumerate(_parts(told))
    ]  # fmt: skip


def _payload(document: Document, number: int, part: Sequence[tuple[str, str]]) -> Json:
    places = [{"at": at, "text": text} for at, text in part]
    return {"what": "document", "file": {"id": document.id, "name": document.name, "part": number, "places": places}}


def _parts(told: Sequence[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    held: list[tuple[str, str]] = []
    size = 0
    for at, text in told:
        if held and (size + len(text) > PART_CHARACTERS or len(held) >= PART_PLACES):
            yield held
            held, size = [], 0
        held.append((at, text))
        size += len(text)
    if held:
        yield held
