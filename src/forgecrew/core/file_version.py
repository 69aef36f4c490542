"""Versions of a file that agents changed, and how their names are written where text is needed."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ChangeKind = Literal["start", "changed", "added", "removed"]
"""`start` is how a file was before the first change of a task."""

EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
PATH_CHARACTERS_MAX = 1000
_PLAIN = re.compile(r'[^\x00-\x1f\x7f"\\]+')
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of a snapshot: mode and git blob before and after; mode 000000 and a blob of zeros where there is none.

    A file that is too large to be kept has an empty blob and its size.
    """

    path: str
    old_mode: str
    old_blob: str
    mode: str
    blob: str
    size: int = 0
    old_size: int = 0


@dataclass(frozen=True, slots=True)
class FileVersion:
    """One version. `blob` lies in the bundle `bundle` (a SHA-256 of a stored blob); both are empty for a removed file, and for
    one that was too large to be kept. `version` counts from 0 (`start`) or 1 per task and path; `from_path` tells a rename."""

    id: int
    task_id: int
    path: str
    version: int
    kind: ChangeKind
    mode: str
    blob: str
    size: int
    bundle: str
    from_path: str
    run_id: str
    step: int
    author: str
    at: datetime

    @property
    def kept(self) -> bool:
        """Whether its bytes can be shown."""
        return bool(self.bundle) or (self.blob == EMPTY_BLOB and self.kind != "removed")


def path_text(name: bytes) -> str:
    """A file's name as text, equal only for equal names: as git quotes it when it is not plain UTF-8."""
    try:
        text = name.decode()
    except UnicodeDecodeError:
        text = ""
    if text and _PLAIN.fullmatch(text):
        return text
    return '"' + "".join(chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:03o}" for byte in name) + '"'


def path_bytes(text: str) -> bytes:
    """The name that path_text wrote."""
    if not (len(text) > 1 and text.startswith('"') and text.endswith('"')):
        return text.encode()
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 8)]), text[1:-1].encode())
