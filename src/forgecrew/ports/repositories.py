"""Repositories of a forge, their hooks and their branches."""

from collections.abc import Sequence
from typing import Protocol

from forgecrew.core.repo import Hook, Repo
from forgecrew.core.subject import RepoRef


class Repositories(Protocol):
    """Every method raises ForgeUnavailable (retry), RefusedError (no right) or NotFound."""

    async def repo(self, ref: RepoRef) -> Repo:
        """One repository."""
        ...

    async def repos(self) -> list[Repo]:
        """Repositories that this account can write to or was added to."""
        ...

    async def branch_sha(self, ref: RepoRef, branch: str) -> str | None:
        """Full id of a branch's head; None when there is no such branch."""
        ...

    async def file(self, ref: RepoRef, path: str, *, at: str) -> bytes | None:
        """Content of a file at a branch or commit; None when there is none. At most 1 MiB."""
        ...

    async def folder(self, ref: RepoRef, path: str, *, at: str) -> list[str]:
        """Paths of the files of a folder, not of those below it, at a branch or commit; empty when there is none."""
        ...

    async def add_file(self, ref: RepoRef, path: str, content: bytes, *, base: str, branch: str, message: str) -> None:
        """Commit one new file to a new branch made from `base`. RefusedError where the file or the branch is there already."""
        ...

    async def hooks(self, ref: RepoRef) -> list[Hook]:
        """Webhooks (needs admin rights on the repository)."""
        ...

    async def add_hook(self, ref: RepoRef, *, url: str, secret: str, events: Sequence[str]) -> Hook:
        """Add an active JSON webhook."""
        ...

    async def create_label(self, ref: RepoRef, name: str, color: str, description: str) -> None:
        """Offer a label; existing names are left as they are."""
        ...
