"""What a document is: told by its first bytes, and by its name only where the bytes say nothing."""

import re
from typing import Literal

from forgecrew.core.errors import RefusedError

Kind = Literal["text", "markdown", "html", "pdf", "docx", "archive"]

_REFUSED = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "is an old Office file or an encrypted one: save it as DOCX or PDF, with no password",
    ),
    (b"7z\xbc\xaf\x27\x1c", "is a 7z archive: send it as zip or tar.gz"),
    (b"Rar!", "is a RAR archive: send it as zip or tar.gz"),
    (b"\x89PNG", "is a picture: pictures are not read"),
    (b"\xff\xd8\xff", "is a picture: pictures are not read"),
    (b"GIF8", "is a picture: pictures are not read"),
    (b"RIFF", "is a picture, sound or film: those are not read"),
    (b"\x7fELF", "is a program: programs are not read"),
    (b"MZ", "is a program: programs are not read"),
    (b"SQLite format 3\0", "is a database: databases are not read"),
)
_TARS = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_NUL_MARKS = (b"\xff\xfe", b"\xfe\xff")


def kind_of(name: str, content: bytes) -> Kind:
    """The kind. Raises RefusedError with a sentence for what is not read."""
    if not content.strip():
        raise RefusedError(f"{name} is empty")
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return _zip(name, content)
    if content.startswith(_TARS) or content[257:262] == b"ustar":
        return "archive"
    if b"\0" in content[:65_536] and not content.startswith(_NUL_MARKS):
        for start, sentence in _REFUSED:
            if content.startswith(start):
                raise RefusedError(f"{name} {sentence}")
        raise RefusedError(f"{name} is of a binary kind that is not read; text, Markdown, HTML, PDF, DOCX, zip and tar are")
    ending = name.rpartition(".")[2].lower()
    if ending in ("html", "htm", "xhtml") or _PAGE.match(content[:4096]):
        return "html"
    return "markdown" if ending in ("md", "markdown", "mdx") else "text"


def _zip(name: str, content: bytes) -> Kind:
    """Office files are archives too; the names of members stand in an archive as they are."""
    if b"word/document.xml" in content:
        return "docx"
    if b"[Content_Types].xml" in content and (b"xl/workbook" in content or b"ppt/presentation" in content):
        raise RefusedError(f"{name} is a spreadsheet or a presentation: save it as PDF")
    return "archive"
