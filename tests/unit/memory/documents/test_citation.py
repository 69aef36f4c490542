from forgecrew.core.label import Label
from forgecrew.memory.documents.citation import source_key, thread_key
from forgecrew.memory.recall.places import place_of, url_of, url_of_key
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


def test_citations_of_wikis_people_and_addresses_lead_to_something() -> None:
    _, url = cited("wiki", "acme/tally:Release process/wiki", "acme/tally:Release process")
    assert url == "https://forge/acme/tally/wiki/Release%20process"
    _, url = cited("decision", "acme/tally:How-to: a/b/wiki", "acme/tally:How-to: a/b")
    assert url == "https://forge/acme/tally/wiki/How-to%3A%20a%2Fb.-", "as Gitea tells dashes from spaces"
    for kind, key, wanted in (
        ("page", "acme/tally:wiki/Decisions", "/acme/tally/wiki/Decisions"),
        ("page", "acme/tally:doc/.forgecrew/memory/utc.md", "/acme/tally/src/branch/HEAD/.forgecrew/memory/utc.md"),
        ("page", "acme/tally:note/notes/use-utc.md", "/acme/tally"),
        ("url", "acme/tally:https://docs.example.org/a.html#b", "/acme/tally"),
        ("milestone", "acme/tally:v1 #2", "/acme/tally/milestones"),
        ("author", "mia@example.org", ""),
        ("issue", "acme/tally#3", "/acme/tally/issues/3"),
    ):
        assert url_of_key(key, "https://forge", kind) == f"https://forge{wanted}"
