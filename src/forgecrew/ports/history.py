"""What a forge still shows of a repository's past."""

from typing import Protocol

from forgecrew.core.past import PastPage, PastThread, WikiHead
from forgecrew.core.subject import RepoRef


class History(Protocol):
    """Reads only. A module `integrations/<name>/history.py` offers `connect(url: str, token: str) -> History` (no I/O yet).

    Every method raises ForgeUnavailable (retry), RefusedError (no right) or NotFound.
    """

    async def threads(self, repo: RepoRef, page: int) -> list[PastThread]:
        """A page (from 1) of all issues and pull requests, open and closed; empty behind the last."""
        ...

    async def pages(self, repo: RepoRef) -> list[PastPage]:
        """Pages of the wiki and notes of releases; empty where the forge has none."""
        ...

    async def wiki(self, repo: RepoRef) -> list[WikiHead]:
        """Pages of the wiki without their texts; empty where there is none."""
        ...

    async def wiki_page(self, repo: RepoRef, head: WikiHead) -> PastPage:
        """One of them with its text. Raises NotFound when it was removed meanwhile."""
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...
