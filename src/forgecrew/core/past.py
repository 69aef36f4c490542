"""What a repository held before the crew came: threads, pages and commits, as a history tells them."""

from dataclasses import dataclass
from datetime import datetime

from forgecrew.core.issue import Issue


@dataclass(frozen=True, slots=True)
class PastThread:
    """An issue or pull request with the times of its life."""

    issue: Issue
    created_at: datetime | None
    closed_at: datetime | None = None
    milestone: str = ""
    merged: bool = False
    merged_by: str = ""


@dataclass(frozen=True, slots=True)
class PastPage:
    """One text that stands by itself: a page of the wiki, the notes of a release, a document; `kind` says which."""

    kind: str
    path: str
    text: str
    author: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WikiHead:
    """A page of a wiki as a list shows it: its title, its name in addresses, and the commit that changed it last."""

    title: str
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class PastCommit:
    """One commit of the default branch's history; `on_main_line` when the branch itself was at it once."""

    sha: str
    author: str
    email: str
    at: datetime
    message: str
    added: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    merge: bool = False
    on_main_line: bool = True
