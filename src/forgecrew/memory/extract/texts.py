"""Which texts an event carries, and at which place each of them stands."""

from forgecrew.core.event import Event
from forgecrew.core.json import as_object, digest
from forgecrew.memory.extract.found import Found, Key, Said
from forgecrew.memory.extract.pages import page


def texts(found: Found, event: Event, about: Key) -> None:
    """Add titles with bodies, comments, reviews, pages and releases to `found.said`."""
    payload, thread = event.payload, event.subject.key
    if event.subject.number and isinstance(payload.get("body"), str) and isinstance(payload.get("title"), str):
        text = f"{payload['title']}\n\n{payload['body']}".strip()
        author = str(payload.get("author") or "")
        found.said.append(Said(f"{thread}/body", event.subject.kind, thread, about, author, text))
    comment = as_object(payload.get("comment"))
    if comment.get("id"):
        gone = payload.get("what") == "comment.deleted"
        text = "" if gone else str(comment.get("body") or "")
        author = str(comment.get("author") or event.actor)
        found.said.append(Said(f"{thread}/comment/{comment['id']}", "comment", thread, about, author, text))
    review = as_object(payload.get("review"))
    if review.get("body"):
        # A webhook names no review; the words of one reviewer about one head are one review however they were told.
        body = str(review["body"]).strip()
        place = digest([event.actor.lower(), review.get("state"), body])[:16]
        found.said.append(Said(f"{thread}/review/{place}", "review", thread, about, event.actor, body))
    document = as_object(payload.get("document"))
    if document.get("path"):
        place = f"{thread}:{document['path']}"
        kind = str(document.get("kind") or "doc")
        said = Said(f"{place}/{kind}", kind, place, about, event.actor, str(document.get("text") or ""))
        found.said.append(page(found, document, said) or said)
