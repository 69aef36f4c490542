"""HTML: what a reader sees of it, by heading path; no scripts, no styles, nothing fetched."""

from html.parser import HTMLParser

from forgecrew.memory.documents.reader.places import Places
from forgecrew.memory.documents.reader.plain import by_headings, decoded

_UNSEEN = frozenset({"script", "style", "template", "noscript", "head", "svg", "object", "iframe"})
_EMPTY = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_BLOCKS = frozenset(
    [
        "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "form", "header",
        "li", "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul",
    ]
)  # fmt: skip


class _Reading(HTMLParser):
    """Makes Markdown of what comes by: headings, items of lists, cells of tables, preformatted text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen: list[str] = []
        self._pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag begins."""
        hidden = any(name == "hidden" or (name == "style" and "display:none" in (value or "").replace(" ", ""))
                     for name, value in attrs)  # fmt: skip
        if tag not in _EMPTY and (self._unseen or tag in _UNSEEN or hidden):
            self._unseen.append(tag)
        elif tag == "br":
            self.parts.append("\n")
        elif len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self.parts.append(f"\n\n{'#' * int(tag[1])} ")
        elif tag in ("td", "th"):
            self.parts.append(" | ")
        elif tag in _BLOCKS:
            self._pre += tag == "pre"
            self.parts.append("\n- " if tag == "li" else "\n```\n" if tag == "pre" else "\n" if tag == "tr" else "\n\n")

    def handle_endtag(self, tag: str) -> None:
        """A tag ends; one that never began is passed over."""
        if self._unseen:
            if tag in self._unseen:
                while self._unseen.pop() != tag:
                    continue
        elif len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self.parts.append("\n\n")
        elif tag in _BLOCKS:
            self._pre -= tag == "pre" and self._pre > 0
            self.parts.append("\n```\n" if tag == "pre" else "\n" if tag in ("li", "tr") else "\n\n")

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        if not self._unseen:
            self.parts.append(data if self._pre else _line(data))


def _line(data: str) -> str:
    """White space is one space; a # at the beginning of a line is no heading here."""
    shown = " ".join(data.split())
    if not shown:
        return " " if data else ""
    return (" " if data[0].isspace() else "") + shown + (" " if data[-1].isspace() else "")


def web_page(content: bytes, places: Places) -> None:
    """A page by its headings."""
    reading = _Reading()
    reading.feed(decoded(content))
    reading.close()
    by_headings("\n".join(line.strip() for line in "".join(reading.parts).split("\n")), places)
