"""The program inside the sandbox: `main.py KIND` reads the file `document` and writes `found.json`."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from forgecrew.memory.documents.reader.archive import archive
from forgecrew.memory.documents.reader.pdf import pdf
from forgecrew.memory.documents.reader.places import Full, Places, Unreadable
from forgecrew.memory.documents.reader.plain import markdown, text
from forgecrew.memory.documents.reader.web_page import web_page
from forgecrew.memory.documents.reader.word import word

READERS: dict[str, Callable[[bytes, Places], None]] = {
    "text": text, "markdown": markdown, "html": web_page, "docx": word, "pdf": pdf, "archive": archive,
}  # fmt: skip


def main(kind: str, folder: Path) -> None:
    """Read it; the result tells of what went wrong, and the program itself succeeds."""
    places, problem = Places(), ""
    try:
        READERS[kind]((folder / "document").read_bytes(), places)
        if not places.texts:
            problem = "holds no text"
    except Full:
        pass
    except Unreadable as error:
        problem = str(error)
    except (
        ValueError,
        LookupError,
        RecursionError,
        MemoryError,
        OSError,
    ) as error:  # hostile bytes
        problem = f"cannot be read as {kind}: {type(error).__name__}: {error}"[:500]
    result = json.dumps({**places.as_json(), "problem": problem}, ensure_ascii=False)
    (folder / "found.json").write_bytes(result.encode("utf-8", "replace"))


if __name__ == "__main__":
    main(sys.argv[1], Path())
