"""Bringing the index of one branch to where the mirror is: what changed since is read, all else is only pointed at.

It may be cut off at any moment: contents are kept batch by batch and are known the next time; a branch moves at the end, whole.
"""

from functools import partial

from forgecrew.core.errors import NotFound
from forgecrew.core.subject import RepoRef
from forgecrew.memory.code.blob_rows import VERSION, ReadBlob
from forgecrew.memory.code.indexed import Indexed, Tell
from forgecrew.memory.code.keep import keep
from forgecrew.memory.code.missing import read_missing
from forgecrew.memory.code.settle import drop_gone, settle
from forgecrew.memory.code.way import find_way
from forgecrew.ports.code_trees import CodeTrees
from forgecrew.store.database import Database
from forgecrew.store.queries import code_trees
from forgecrew.store.queries.code_repos import CodeRepo


class CodeIndex:
    """Indexes branches of mirrors; several processes may do so at once, also the same branch."""

    def __init__(self, database: Database, trees: CodeTrees) -> None:
        self._database, self._trees = database, trees

    async def index(self, repo: CodeRepo, ref: str, *, tell: Tell | None = None) -> Indexed:
        """Index a branch as the mirror holds it. Raises NotFound for one that it does not hold, RefusedError by git."""
        named = RepoRef.parse(repo.repo)
        tips = await self._trees.tips(named)
        held = await self._database.read_at_once(partial(code_trees.refs, repo_id=repo.id))
        if ref not in tips:
            await self._database.write_at_once(partial(drop_gone, held=held, tips=tips))
            raise NotFound(f"the mirror of {repo.repo} holds no branch {ref!r}")
        done = Indexed(ref, tips[ref])
        there = any((one.ref, one.commit, one.version) == (ref, done.commit, VERSION) for one in held)
        if there and all(one.ref in tips for one in held):
            return done
        way = await find_way(self._trees, named, held, ref, tips, with_log=ref == repo.branch)
        done.files, done.gone = len(way.sources), len(way.gone)
        last: list[ReadBlob] = []
        async for batch in read_missing(self._database, self._trees, named, way.sources):
            if last:
                await self._database.write_at_once(partial(keep, repo=repo, batch=last, done=done))
                if tell:
                    tell(done)
            last = batch
            done.read += len(batch)
        await self._database.write_at_once(partial(settle, repo=repo, last=last, way=way, done=done))
        return done
