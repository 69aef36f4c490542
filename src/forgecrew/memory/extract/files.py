"""What a document tells that somebody sent: its texts, each at its page, heading or file (extractor file@1)."""

from forgecrew.core.event import Event
from forgecrew.core.json import as_list, as_object
from forgecrew.memory.documents.citation import citation, source_key, thread_key
from forgecrew.memory.extract import names
from forgecrew.memory.extract.found import Found, Link, Said

EXTRACTOR = "file@1"


def files(found: Found, event: Event) -> bool:
    """Add the texts of a document, each after a line that says where it stands; False when the event brings none.

    Whoever may read a document says nothing about who may read its repository.
    """
    file = as_object(event.payload.get("file"))
    name = file.get("name")
    if not isinstance(name, str) or not name:
        return False
    found.own_readers = True
    about = names.within(found, "document", name, certain=True)
    found.links.append(Link(about, "document_in", names.repository(found, found.repo), EXTRACTOR))
    if event.actor:
        found.links.append(Link(about, "sent_by", names.person(found, event.actor, certain=False), EXTRACTOR))
    thread = thread_key(found.repo, name)
    for place in map(as_object, as_list(file.get("places"))):
        at, text = str(place.get("at") or ""), str(place.get("text") or "")
        source = source_key(found.repo, name, at)
        shown = f"{citation(thread, source)}\n\n{text}" if text else ""
        found.said.append(Said(source, "document", thread, about, event.actor, shown))
    return True
