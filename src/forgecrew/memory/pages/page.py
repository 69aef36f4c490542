"""One page of memory: a text with a small front matter (kind, source, date, expires), read and written."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EXTRACTOR = "page@1"
KINDS = ("decision", "lesson", "preference")
FRONT_LINES_MAX = 20
_FENCE = re.compile(r"---[ \t]*")
_LINE = re.compile(r"([A-Za-z_]+)[ \t]*:[ \t]*(.*)")
_KEYS = frozenset({"kind", "source", "date", "expires", "title"})


@dataclass(frozen=True, slots=True)
class Page:
    """`kind` is decision, lesson, preference, or note where the front matter tells none; `expires` is the moment it ends.

    `problem` tells what is wrong with the front matter: then the whole text is kept as a note.
    """

    kind: str
    text: str
    source: str = ""
    date: datetime | None = None
    expires: datetime | None = None
    problem: str = ""

    @property
    def shown(self) -> str:
        """As memory keeps it: what it is, since when and until when, from where, then the text."""
        if not self.text:
            return ""
        told = self.kind.capitalize()
        told += f" of {self.date:%Y-%m-%d}" if self.date else ""
        told += f", until {self.expires - timedelta(seconds=1):%Y-%m-%d}" if self.expires else ""
        told += f" (source: {self.source})" if self.source else ""
        return f"{told}:\n\n{self.text}"


def read_page(text: str) -> Page:
    """A page from its file; never fails."""
    lines = text.replace("\r\n", "\n").lstrip("\ufeff").split("\n")
    if not lines or not _FENCE.fullmatch(lines[0]):
        return Page("note", text.strip())
    end = next((at for at, line in enumerate(lines[1 : FRONT_LINES_MAX + 2], 1) if _FENCE.fullmatch(line)), 0)
    if not end:
        return Page("note", text.strip(), problem="its front matter does not end: write --- below it")
    fields: dict[str, str] = {}
    for line in lines[1:end]:
        found = _LINE.fullmatch(line.rstrip())
        if found is None and line.strip():
            return Page("note", text.strip(), problem=f"{line.strip()[:80]!r} in its front matter is not `name: value`")
        if found is not None:
            fields[found[1].lower()] = found[2].strip().strip("\"'").strip()
    try:
        return _page(fields, "\n".join(lines[end + 1 :]).strip())
    except ValueError as error:
        return Page("note", text.strip(), problem=str(error))


def write_page(page: Page) -> str:
    """The file of a page; reading it gives the page again."""
    lines = ["---", f"kind: {page.kind}"]
    lines += [f"source: {page.source}"] if page.source else []
    lines += [f"date: {page.date:%Y-%m-%d}"] if page.date else []
    lines += [f"expires: {page.expires - timedelta(seconds=1):%Y-%m-%d}"] if page.expires else []
    return "\n".join([*lines, "---", "", page.text, ""])


def day(name: str, text: str) -> datetime:
    """The beginning of a day. Raises ValueError with a sentence."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{name} is {text[:40]!r}: write it as 2026-05-31") from error
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)


def end_of(name: str, text: str) -> datetime:
    """The moment after a day, or the moment itself when a time is told. Raises ValueError with a sentence."""
    moment = day(name, text)
    return moment + timedelta(days=1) if len(text) <= 10 else moment


def _page(fields: dict[str, str], text: str) -> Page:
    if unknown := sorted(set(fields) - _KEYS):
        raise ValueError(f"{unknown[0][:40]!r} in its front matter is not known: {', '.join(sorted(_KEYS))} are")
    kind = fields.get("kind", "note").lower()
    if kind not in (*KINDS, "note"):
        raise ValueError(f"its kind is {kind[:40]!r}: write one of {', '.join(KINDS)}")
    date = day("date", fields["date"]) if fields.get("date") else None
    expires = end_of("expires", fields["expires"]) if fields.get("expires") else None
    if date and expires and expires <= date:
        raise ValueError("it expires before its date")
    title = fields.get("title", "")
    return Page(kind, f"# {title}\n\n{text}" if title and text else text, fields.get("source", "")[:300], date, expires)
