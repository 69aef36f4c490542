"""The history of the indexed branch: what is new in the log, and what a forced push took away."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.code_tree import LoggedCommit
from forgecrew.core.subject import RepoRef
from forgecrew.ports.code_trees import CodeTrees
from forgecrew.store.queries import code_commits

COMMITS_MAX = 5_000
"""So far back history goes when a branch is indexed for the first time."""


@dataclass(frozen=True, slots=True)
class NewCommits:
    """Commits to keep and to remove; `anew` when nothing that was kept counts any more."""

    added: Sequence[LoggedCommit] = ()
    dropped: Sequence[str] = field(default_factory=list[str])
    anew: bool = False


async def read_log(trees: CodeTrees, repo: RepoRef, old: str, new: str) -> NewCommits:
    """What lies between two commits of a branch; `old` is empty for a branch that is new."""
    if old and (between := await trees.log_between(repo, old, new, limit=COMMITS_MAX)) is not None:
        return NewCommits(*between)
    return NewCommits(await trees.log(repo, new, limit=COMMITS_MAX), anew=True)


async def write_log(connection: AsyncConnection, repo_id: int, found: NewCommits) -> int:
    """Keep it; gives how many commits are new."""
    if found.anew:
        await code_commits.remove_all(connection, repo_id)
    await code_commits.remove(connection, repo_id, found.dropped)
    return await code_commits.add(connection, repo_id, found.added)
