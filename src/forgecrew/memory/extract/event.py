"""Everything that one event tells: all extractors, one after the other. Pure: equal events give equal findings."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime

from forgecrew.core.event import Event
from forgecrew.memory.extract.commits import commits
from forgecrew.memory.extract.files import files
from forgecrew.memory.extract.forge_fields import fields
from forgecrew.memory.extract.found import Found, Link, Said
from forgecrew.memory.extract.states import states
from forgecrew.memory.extract.text_patterns import is_recalled, links
from forgecrew.memory.extract.texts import texts

_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
LINKED_CHARACTERS_MAX = 100_000
_STATUS = "<!-- forgecrew:status:"
"""The mark of our own status comments: they are edited all the time, and what they show is remembered as the run itself."""


def extract(event: Event, stored_at: datetime, own: Collection[str] = ()) -> Found:
    """What an event tells but for what its texts name; `own` are the accounts of the crew, whose texts are marked."""
    at = world_time(event.occurred_at, stored_at)
    found = Found(at, str(event.subject.repo), event.label.readers, int(event.label.integrity))
    if not files(found, event):
        about = fields(found, event)
        states(found, event, about)
        commits(found, event)
        texts(found, event, about)
    ours = {login.lower() for login in own}
    found.said = [said for said in found.said if not (said.author.lower() in ours and _STATUS in said.text)]
    for place, said in enumerate(found.said):
        if is_recalled(said.text):
            found.said[place] = replace(said, provenance="recalled")
        elif said.author.lower() in ours:
            found.said[place] = replace(said, provenance="own")
    return found


def text_links(found: Found, said: Said) -> list[Link]:
    """Relations that one text makes: none from what memory had shown, and from our own texts only the closing of issues."""
    if said.provenance == "recalled":
        return []
    made = links(found, said.about, said.text[:LINKED_CHARACTERS_MAX])
    if said.provenance == "own":
        return [link for link in made if link.kind == "closes" and said.kind in ("pull", "commit")]
    return made


def world_time(occurred_at: datetime, stored_at: datetime) -> datetime:
    """When something was so: as told, but never after it was stored here, and never before there were such clocks."""
    if occurred_at < _EARLIEST or occurred_at > stored_at:
        return stored_at
    return occurred_at.astimezone(UTC)
