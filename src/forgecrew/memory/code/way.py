"""How the tree of a branch comes from what is kept: from nothing, from what it was, or from that of another branch."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from forgecrew.core.code_tree import TreeFile
from forgecrew.core.subject import RepoRef
from forgecrew.memory.code.blob_rows import VERSION
from forgecrew.memory.code.log import NewCommits, read_log
from forgecrew.memory.code.sources import language_of
from forgecrew.ports.code_trees import CodeTrees
from forgecrew.store.queries.code_trees import IndexedRef


@dataclass(frozen=True, slots=True)
class Way:
    """`start` is None for a tree from nothing; `sources` and `gone` are the difference to it."""

    mine: IndexedRef | None
    start: IndexedRef | None
    sources: dict[str, str]
    gone: Sequence[str]
    log: NewCommits | None
    left: Sequence[int]
    """Branches that the mirror no longer holds."""


async def find_way(
    trees: CodeTrees, repo: RepoRef, held: Sequence[IndexedRef], ref: str, tips: dict[str, str], *, with_log: bool
) -> Way:
    """Look at what lies between; `held` are the indexed branches, the newest first, `tips` those of the mirror."""
    mine = next((one for one in held if one.ref == ref), None)
    left = [one.id for one in held if one.ref not in tips]
    usable = [one for one in (mine, *held) if one and one.version == VERSION and one.id not in left]
    start = usable[0] if usable else None
    old = mine.commit if mine and start is mine else ""
    (start, files), log = await asyncio.gather(
        _files(trees, repo, start, tips[ref]), _log(trees, repo, old, tips[ref], with_log)
    )
    sources = {file.path: file.blob_sha for file in files if file.blob_sha and language_of(file.path)}
    return Way(mine, start, sources, [file.path for file in files if not file.blob_sha], log, left)


async def _files(
    trees: CodeTrees, repo: RepoRef, start: IndexedRef | None, commit: str
) -> tuple[IndexedRef | None, list[TreeFile]]:
    """The difference to a start, or all files where there is none that the mirror still knows."""
    changed = await trees.changes(repo, start.commit, commit) if start else None
    return (None, await trees.files(repo, commit)) if changed is None else (start, changed)


async def _log(trees: CodeTrees, repo: RepoRef, old: str, commit: str, wanted: bool) -> NewCommits | None:
    return await read_log(trees, repo, old, commit) if wanted else None
