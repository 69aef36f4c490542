"""DOCX: text by heading path, out of the archive of XML files that it is."""

import io
import zipfile
import zlib

from forgecrew.memory.documents.reader.places import Places, Unreadable
from forgecrew.memory.documents.reader.plain import by_headings
from forgecrew.memory.documents.reader.word_xml import Paragraphs, Styles, walk

XML_BYTES_MAX = 64 << 20


def word(content: bytes, places: Places) -> None:
    """By heading; footnotes at the end. Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "word/document.xml" not in names:
                raise Unreadable("is no DOCX: it holds no word/document.xml")
            styles = Styles()
            if "word/styles.xml" in names:
                walk(_part(archive, "word/styles.xml"), styles)
            told = Paragraphs(styles.levels)
            walk(_part(archive, "word/document.xml"), told)
            footnotes = Paragraphs({})
            if "word/footnotes.xml" in names:
                walk(_part(archive, "word/footnotes.xml"), footnotes)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise Unreadable(f"is a corrupt DOCX: {error or type(error).__name__}") from error
    except RuntimeError as error:  # how zipfile tells that a member has a password
        raise Unreadable("is encrypted: send a copy that opens without a password") from error
    by_headings("\n".join(told.lines), places)
    places.add("footnotes", "\n".join(footnotes.lines))
    if not places.texts:
        raise Unreadable("holds no text")


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        xml = member.read(XML_BYTES_MAX + 1)
    if len(xml) > XML_BYTES_MAX:
        raise Unreadable(f"unpacks to more than {XML_BYTES_MAX >> 20} MiB of text: it is no document for people")
    return xml
