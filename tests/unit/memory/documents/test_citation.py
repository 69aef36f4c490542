from forgecrew.core.label import Label
from forgecrew.memory.documents.citation import source_key, thread_key
from forgecrew.memory.recall.places import place_of, url_of
from forgecrew.store.queries.chunks import Chunk

from ..telling import AT


def cited(kind: str, source: str, thread: str) -> tuple[str, str]:
    one = Chunk(1, "e", 1, "acme/tally", Label(), "said", kind, source, 0, True, thread, "", AT, "text", "h", 1)
    return place_of(one), url_of(one, "https://forge", "https://crew")


def test_citations_of_documents_and_pages_lead_to_something() -> None:
    thread = thread_key("acme/tally", "hand book.pdf")
    place, url = cited("document", source_key("acme/tally", "hand book.pdf", "p. 3"), thread)
    assert place == "document hand book.pdf, p. 3 of acme/tally"
    assert url == "https://crew/api/memory/documents/content?repo=acme/tally&name=hand%20book.pdf"
    _, url = cited("decision", "acme/tally:.forgecrew/memory/utc.md/doc", "acme/tally:.forgecrew/memory/utc.md")
    assert url == "https://forge/acme/tally/src/branch/HEAD/.forgecrew/memory/utc.md"
    _, url = cited("decision", "acme/tally:notes/use-utc.md/note", "acme/tally:notes/use-utc.md")
    assert url == "https://crew/api/memory/pages?repo=acme/tally"
