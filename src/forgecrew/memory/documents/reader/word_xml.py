"""Paragraphs out of the XML of a DOCX. A document type is refused, so there are no entities to expand or to fetch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from forgecrew.memory.documents.reader.places import Unreadable

DEPTH_MAX = 200


@dataclass
class Styles:
    """Heading levels (from 1) by the id of a style."""

    levels: dict[str, int] = field(default_factory=dict[str, int])
    _style: str = ""

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if tag == "style":
            self._style = attributes.get("styleId", "")
        elif tag == "name" and self._style:
            words = attributes.get("val", "").lower().split()
            if words[:1] == ["heading"] and words[-1].isdigit():
                self.levels[self._style] = min(int(words[-1]), 6)
            elif words == ["title"]:
                self.levels[self._style] = 1
        elif tag == "outlineLvl" and self._style and attributes.get("val", "").isdigit() and int(attributes["val"]) < 6:
            self.levels.setdefault(self._style, int(attributes["val"]) + 1)

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag == "style":
            self._style = ""

    def data(self, data: str) -> None:
        """Text, which styles have none of."""


@dataclass
class Paragraphs:
    """The text as Markdown lines: headings by their styles, items of lists, one line per row of a table."""

    levels: Mapping[str, int]
    lines: list[str] = field(default_factory=list[str])
    _words: list[str] = field(default_factory=list[str])
    _row: list[str] = field(default_factory=list[str])
    _cell: list[str] = field(default_factory=list[str])
    _tables: int = 0
    _level: int = 0
    _item: bool = False
    _in_text: bool = False

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if tag == "p":
            self._words, self._level, self._item = [], 0, False
        elif tag == "pStyle":
            self._level = self.levels.get(attributes.get("val", ""), self._level)
        elif tag == "numPr":
            self._item = True
        elif tag == "t":
            self._in_text = True
        elif tag in ("tab", "br", "cr"):
            self._words.append(" " if tag == "tab" else "\n")
        elif tag == "tbl":
            self._tables += 1

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag == "t":
            self._in_text = False
        elif tag == "p":
            self._paragraph("".join(self._words).strip())
            self._words = []
        elif tag == "tc" and self._tables == 1:
            self._row.append(" ".join(self._cell))
            self._cell = []
        elif tag == "tr" and self._tables == 1:
            self.lines.append(" | ".join(self._row))
            self._row = []
        elif tag == "tbl":
            self._tables -= 1
            if not self._tables:
                self.lines.append("")

    def data(self, data: str) -> None:
        """Text inside an element."""
        if self._in_text:
            self._words.append(data)

    def _paragraph(self, text: str) -> None:
        if self._tables:
            self._cell += [text] if text else []
        elif text and self._level:
            self.lines += ["", f"{'#' * self._level} {' '.join(text.split())}", ""]
        elif text:
            self.lines += [f"- {text}"] if self._item else [text.lstrip("#"), ""]


def walk(xml: bytes, into: "Styles | Paragraphs") -> None:
    """Let something hear every element by its name without namespace. Raises Unreadable."""
    depth = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH_MAX:
            raise Unreadable("nests its elements deeper than any writer does")
        into.begin(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        into.end(_local(name))

    def doctype(*_told: object) -> None:
        raise Unreadable("declares a document type, which no DOCX does: entities are not read")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = into.data
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise Unreadable(f"is a corrupt DOCX: {error}") from error


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
