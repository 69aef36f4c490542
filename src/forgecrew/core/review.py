"""Reviews of pull requests as the forge shows them."""

from dataclasses import dataclass
from typing import Literal

ReviewState = Literal["APPROVED", "REQUEST_CHANGES", "COMMENT", "PENDING", "REQUEST_REVIEW"]


@dataclass(frozen=True, slots=True)
class InlineComment:
    """A remark on one line; `line` counts in the new file from 1 (negative: in the old file)."""

    path: str
    line: int
    body: str


@dataclass(frozen=True, slots=True)
class Review:
    """One submitted review."""

    id: int
    reviewer: str
    state: ReviewState
    body: str
    commit_sha: str = ""
    comments: tuple[InlineComment, ...] = ()
    stale: bool = False
