"""Files that people attached to issues and comments of a forge."""

from dataclasses import dataclass
from typing import Protocol

from forgecrew.core.subject import RepoRef


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attached file; `url` is where people find it, `id` what the forge calls it in texts."""

    id: str
    name: str
    bytes: int
    url: str


class Attachments(Protocol):
    """Every method raises ForgeUnavailable (retry), RefusedError (no right) or NotFound."""

    async def of(self, repo: RepoRef, number: int, comment_id: int = 0) -> list[Attachment]:
        """Those of an issue's or pull request's own text, or of one comment: never what a text merely links to."""
        ...

    async def content(self, attachment: Attachment, *, bytes_max: int) -> bytes:
        """The file. RefusedError when it is larger."""
        ...
