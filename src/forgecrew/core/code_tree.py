"""What a repository holds at a commit, and what its commits changed, as the code index reads them from a mirror."""

from dataclasses import dataclass
from datetime import datetime

PATH_BYTES_MAX = 1_000
"""Longer paths are left out: none that a person made comes near."""


@dataclass(frozen=True, slots=True)
class TreeFile:
    """A regular file at a path; `blob_sha` is git's hash of its content, None for one that is gone.

    Bytes of a path that are no UTF-8 are written as `\\xff`.
    """

    path: str
    blob_sha: str | None


@dataclass(frozen=True, slots=True)
class LoggedFile:
    """One file that a commit changed: added (A), modified (M), deleted (D) or renamed (R, then from `old_path`)."""

    path: str
    change: str
    old_path: str = ""


@dataclass(frozen=True, slots=True)
class LoggedCommit:
    """One commit that is no merge: its author as git tells them, the first line of its message, what it changed."""

    sha: str
    author: str
    email: str
    at: datetime
    subject: str
    files: tuple[LoggedFile, ...]
