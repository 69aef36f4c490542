"""Bringing the index of one branch to where the mirror is: what changed since is read, all else is only pointed at.

It may be cut off at any moment: contents are kept batch by batch and are known the next time; a branch moves at the end, whole.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.code_tree import TreeFile
from forgecrew.core.errors import NotFound
from forgecrew.core.moment import utc_now
from forgecrew.core.subject import RepoRef
from forgecrew.memory.code.log import NewCommits, read_log, write_log
from forgecrew.memory.code.missing import read_missing
from forgecrew.memory.code.read_blob import VERSION, ReadBlob
from forgecrew.memory.code.sources import language_of
from forgecrew.memory.code.write_blobs import write_blobs
from forgecrew.ports.code_trees import CodeTrees
from forgecrew.store.database import Database
from forgecrew.store.queries import code_blobs, code_trees
from forgecrew.store.queries.code_repos import CodeRepo
from forgecrew.store.queries.code_trees import IndexedRef
from forgecrew.store.queries.locks import take_turn


@dataclass(slots=True)
class Indexed:
    """What was done: sources in the difference, contents that had to be read, texts that wait for vectors, commits."""

    ref: str
    commit: str
    files: int = 0
    gone: int = 0
    read: int = 0
    texts: int = 0
    commits: int = 0
    skipped: dict[str, int] = field(default_factory=dict[str, int])


Tell = Callable[[Indexed], None]


@dataclass(frozen=True, slots=True)
class _Way:
    """How a tree comes from what is kept: from nothing (`start` None), from itself or from that of another branch."""

    mine: IndexedRef | None
    start: IndexedRef | None
    sources: dict[str, str]
    gone: Sequence[str]
    log: NewCommits | None
    left: Sequence[int]
    """Branches that the mirror no longer holds."""


class CodeIndex:
    """Indexes branches of mirrors; several processes may do so at once, also the same branch."""

    def __init__(self, database: Database, trees: CodeTrees) -> None:
        self._database, self._trees = database, trees

    async def index(self, repo: CodeRepo, ref: str, *, tell: Tell | None = None) -> Indexed:
        """Index a branch as the mirror holds it. Raises NotFound for one that it does not hold, RefusedError by git."""
        named = RepoRef.parse(repo.repo)
        tips = await self._trees.tips(named)
        async with self._database.read() as connection:
            held = await code_trees.refs(connection, repo.id)
        left = [one.id for one in held if one.ref not in tips]
        if ref not in tips:
            async with self._database.write() as connection:
                await code_trees.drop(connection, left)
            raise NotFound(f"the mirror of {repo.repo} holds no branch {ref!r}")
        done = Indexed(ref, tips[ref])
        mine = next((one for one in held if one.ref == ref), None)
        if mine and (mine.commit, mine.version) == (done.commit, VERSION) and not left:
            return done
        way = await self._way(named, mine, held, left, done.commit, with_log=ref == repo.branch)
        done.files, done.gone = len(way.sources), len(way.gone)
        last: list[ReadBlob] = []
        async for batch in read_missing(self._database, self._trees, named, way.sources):
            await self._keep(repo, last, done)
            if tell and last:
                tell(done)
            last = batch
            done.read += len(batch)
        async with self._database.write() as connection:
            await take_turn(connection, f"code:{repo.repo}")
            await self._write(connection, repo, way, last, done)
        return done

    async def _way(
        self, repo: RepoRef, mine: IndexedRef | None, held: Sequence[IndexedRef], left: Sequence[int], commit: str, *,
        with_log: bool,
    ) -> _Way:  # fmt: skip
        usable = [one for one in (mine, *held) if one and one.version == VERSION and one.id not in left]
        start = usable[0] if usable else None
        old = mine.commit if mine and start is mine else ""
        (start, files), log = await asyncio.gather(self._files(repo, start, commit), self._log(repo, old, commit, with_log))
        sources = {file.path: file.blob_sha for file in files if file.blob_sha and language_of(file.path)}
        return _Way(mine, start, sources, [file.path for file in files if not file.blob_sha], log, left)

    async def _files(self, repo: RepoRef, start: IndexedRef | None, commit: str) -> tuple[IndexedRef | None, list[TreeFile]]:
        """The difference to a start, or all files where there is none that the mirror still knows."""
        changed = await self._trees.changes(repo, start.commit, commit) if start else None
        return (None, await self._trees.files(repo, commit)) if changed is None else (start, changed)

    async def _log(self, repo: RepoRef, old: str, commit: str, wanted: bool) -> NewCommits | None:
        return await read_log(self._trees, repo, old, commit) if wanted else None

    async def _keep(self, repo: CodeRepo, batch: list[ReadBlob], done: Indexed) -> None:
        if batch:
            async with self._database.write() as connection:
                await take_turn(connection, f"code:{repo.repo}")
                await self._keep_in(connection, batch, done)

    async def _keep_in(self, connection: AsyncConnection, batch: list[ReadBlob], done: Indexed) -> None:
        done.texts += await write_blobs(connection, batch, now=utc_now())
        for one in batch:
            if why := str(one.blob["skipped"]):
                done.skipped[why] = done.skipped.get(why, 0) + 1

    async def _write(self, connection: AsyncConnection, repo: CodeRepo, way: _Way, last: list[ReadBlob], done: Indexed) -> None:
        await self._keep_in(connection, last, done)
        ref_id = way.mine.id if way.mine else await code_trees.begin(connection, repo.id, done.ref, now=utc_now())
        before = way.mine.commit if way.mine else ""
        moved = await code_trees.move(
            connection, ref_id, before=before, commit=done.commit, version=VERSION, now=utc_now()
        )  # fmt: skip
        if not moved:
            return  # another process was faster; the next look does what it left to do
        if way.start is None:
            await code_trees.clear(connection, ref_id)
        elif way.start is not way.mine:
            await code_trees.copy_from(connection, ref_id, way.start.id)
        ids = await code_blobs.ids(connection, sorted(set(way.sources.values())))
        put = {path: ids[sha] for path, sha in way.sources.items()}
        await code_trees.change(connection, ref_id, put, way.gone, empty=way.start is None)
        if way.log is not None:
            done.commits = await write_log(connection, repo.id, way.log)
        await code_trees.drop(connection, way.left)
