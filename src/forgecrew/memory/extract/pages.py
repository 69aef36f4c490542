"""What a page of memory tells: one text, so from its date until it expires or is taken away (extractor page@1)."""

from forgecrew.core.json import Json
from forgecrew.memory.extract import names
from forgecrew.memory.extract.found import Found, PageTold, Said
from forgecrew.memory.pages.page import Page, read_page
from forgecrew.memory.pages.place import is_page


def page(found: Found, document: Json, said: Said) -> Said | None:
    """The text of a page as memory keeps it, its telling added to `found.pages`; None for what is no page."""
    kind, path, text = str(document.get("kind") or "doc"), str(document.get("path")), said.text
    gone = not text.strip()
    if document.get("page") is not True and not is_page(kind, path, text):
        return None
    told = Page("note", "") if gone else read_page(text)
    about = names.within(found, "page", f"{kind}/{path}", certain=True)
    found.pages.append(PageTold(said.source_key, about, told.kind, told.text, told.date or found.at, told.expires))
    return Said(said.source_key, told.kind, said.thread_key, about, said.author, told.shown)
