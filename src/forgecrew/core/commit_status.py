"""What is said about a commit beside it: a state, a few words and a link, one per context."""

from dataclasses import dataclass
from typing import Literal

StatusState = Literal["pending", "success", "error", "failure", "warning"]
DESCRIPTION_CHARACTERS_MAX = 140


@dataclass(frozen=True, slots=True)
class CommitStatus:
    """`context` tells who says it (`forgecrew/preview`); a later one of the same context takes the place of an earlier."""

    context: str
    state: StatusState
    description: str = ""
    target_url: str = ""
