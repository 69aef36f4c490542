"""The reader and the libraries that it needs, as one archive for the sandbox: nothing of the host has to be mounted for it."""

import io
import sys
import tarfile
from pathlib import Path

from forgecrew.core.errors import RefusedError

UNPACK = "import tarfile; tarfile.open('reader.tar').extractall('.')"
MODULE = "forgecrew.memory.documents.reader.main"
_READER = Path(__file__).parent / "reader"
_FOLDER = "forgecrew/memory/documents/reader"


def packed(kind: str) -> bytes:
    """A tar of the reader; for PDFs with PDFium. Raises RefusedError where that is not installed."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for script in sorted(_READER.glob("*.py")):
            _add(archive, script, f"{_FOLDER}/{script.name}")
        for folder in _pdfium() if kind == "pdf" else ():
            for file in sorted(folder.rglob("*")):
                if file.is_file() and "__pycache__" not in file.parts:
                    _add(archive, file, f"{folder.name}/{file.relative_to(folder)}")
    return buffer.getvalue()


def _pdfium() -> list[Path]:
    """Where its packages are; nothing is imported here, since that loads a library in C."""
    found = {file.parent for folder in sys.path for file in Path(folder).glob("pypdfium2*/__init__.py")}
    if not {"pypdfium2", "pypdfium2_raw"} <= {folder.name for folder in found}:
        raise RefusedError("is a PDF, and nothing here reads those: `pip install 'forgecrew[documents]'`, then send it again")
    return sorted(folder for folder in found if folder.name != "pypdfium2_cli")


def _add(archive: tarfile.TarFile, file: Path, name: str) -> None:
    content = file.read_bytes()
    about = tarfile.TarInfo(name)
    about.size, about.mode = len(content), 0o644
    archive.addfile(about, io.BytesIO(content))
