"""A forge: six needs behind one connection, and what this one can do."""

from dataclasses import dataclass
from typing import Protocol

from forgecrew.ports.attachments import Attachments
from forgecrew.ports.commit_statuses import CommitStatuses
from forgecrew.ports.issue_board import IssueBoard
from forgecrew.ports.people import People
from forgecrew.ports.pull_requests import PullRequests
from forgecrew.ports.repositories import Repositories


@dataclass(frozen=True, slots=True)
class ForgeCapabilities:
    """What the instance offers, read from its own API description.

    `operations` holds "GET /repos/{owner}/{repo}" and the like.
    """

    version: str
    operations: frozenset[str] = frozenset()

    def offers(self, method: str, path: str) -> bool:
        """Whether an operation exists there."""
        return f"{method.upper()} {path}" in self.operations


class Forge(Protocol):
    """One account's connection to a forge. The token decides what may be written.

    A module `integrations/<name>/forge.py` offers `connect(url: str, token: str) -> Forge` (no I/O yet).
    """

    issues: IssueBoard
    pulls: PullRequests
    repositories: Repositories
    people: People
    attachments: Attachments
    statuses: CommitStatuses

    async def capabilities(self) -> ForgeCapabilities:
        """What the instance offers; asked once, then kept."""
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...
