"""Text and Markdown: by heading path, or by lines where there are no headings."""

import codecs
import re

from forgecrew.memory.documents.reader.places import Places, Unreadable

LINES_CHARACTERS_MAX = 8_000
_FENCE = re.compile(r"\s{0,3}(```+|~~~+)")
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decoded(content: bytes) -> str:
    """Bytes as text: UTF-8, UTF-16 with its mark, else the usual one of Western Europe. Raises Unreadable for no text."""
    for mark, name in _BOMS:
        if content.startswith(mark):
            return content[len(mark) if name == "utf-8" else 0 :].decode(name, "replace")
    if b"\0" in content[:65_536]:
        raise Unreadable("is not text: it holds zero bytes")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def text(content: bytes, places: Places) -> None:
    """Plain text by lines."""
    by_lines(decoded(content), places)


def by_lines(text: str, places: Places) -> None:
    """A short text is one place; a longer one is cut at blank lines where it can be."""
    if len(text) <= LINES_CHARACTERS_MAX:
        places.add("", text)
        return
    held: list[str] = []
    size = 0
    first = 1
    number = 0
    for number, line in enumerate(text.splitlines(), 1):
        held.append(line)
        size += len(line) + 1
        if size >= LINES_CHARACTERS_MAX or (size >= LINES_CHARACTERS_MAX // 2 and not line.strip()):
            places.add(f"lines {first}–{number}", "\n".join(held))
            held, size, first = [], 0, number + 1
    places.add(f"lines {first}–{number}", "\n".join(held))


def markdown(content: bytes, places: Places) -> None:
    """Markdown by its headings."""
    by_headings(decoded(content), places)


def by_headings(text: str, places: Places) -> None:
    """Each heading with what follows it; `Install > Debian` is the place. Fenced code holds no headings."""
    path: list[str] = []
    held: list[str] = []
    fence = ""
    for line in text.splitlines():
        opened = _FENCE.match(line)
        if fence:
            fence = "" if opened and line.strip().startswith(fence) and not line.strip().strip(fence[0]) else fence
        elif opened:
            fence = opened[1]
        elif found := _HEADING.match(line):
            _section(path, held, places)
            path = [*path[: len(found[1]) - 1], found[2] or "untitled"]
            held = []
            continue
        held.append(line)
    _section(path, held, places)


def _section(path: list[str], held: list[str], places: Places) -> None:
    text = "\n".join(held)
    if not path:
        by_lines(text, places)
    elif text.strip():
        places.add(" > ".join(path), text)
