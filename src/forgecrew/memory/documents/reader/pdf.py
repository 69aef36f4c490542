"""PDF: the text of each page by PDFium. Pages without text are named: nothing here reads pictures."""

from typing import Any

from forgecrew.memory.documents.reader.places import Places, Unreadable

PAGES_MAX = 2_000


def pdf(content: bytes, places: Places) -> None:
    """By page. Raises Unreadable for what is encrypted, broken, or holds no text at all."""
    import pypdfium2  # pyright: ignore[reportMissingTypeStubs]

    document: Any
    try:
        document = pypdfium2.PdfDocument(content)
        total = len(document)
    except pypdfium2.PdfiumError as error:
        told = str(error)
        if "assword" in told or "ecurity" in told:
            raise Unreadable("is encrypted: send a copy that opens without a password") from error
        raise Unreadable(f"is no PDF that can be read: {told}") from error
    if total > PAGES_MAX:
        places.note(f"it has {total} pages: those after page {PAGES_MAX} are left out")
    bare: list[int] = []
    broken: list[int] = []
    for number in range(1, min(total, PAGES_MAX) + 1):
        try:
            text = _text(document, number)
        except pypdfium2.PdfiumError:
            broken.append(number)
            continue
        if text.strip():
            places.add(f"p. {number}", text)
        else:
            bare.append(number)
    if not places.texts:
        raise Unreadable(
            f"has {total} pages and no text: it is a scan or holds pictures alone; run a text recognition (such as ocrmypdf) "
            "over it and send what that makes"
        )
    if bare:
        places.note(f"no text on {_pages(bare)}: scans or pictures, which are not read")
    if broken:
        places.note(f"{_pages(broken)} are broken and left out")


def _text(document: Any, number: int) -> str:
    page = document[number - 1]
    try:
        told = page.get_textpage()
        try:
            return str(told.get_text_bounded()).replace("\r\n", "\n").replace("\ufffe", "")
        finally:
            told.close()
    finally:
        page.close()


def _pages(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:8]))
    return f"page {shown}" if len(numbers) == 1 else f"pages {shown}{', …' if len(numbers) > 8 else ''} ({len(numbers)} in all)"
