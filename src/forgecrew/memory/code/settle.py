"""A branch moves to its new commit, whole: its tree, its history, and branches that are gone."""

from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.moment import utc_now
from forgecrew.memory.code.blob_rows import VERSION, ReadBlob
from forgecrew.memory.code.indexed import Indexed
from forgecrew.memory.code.keep import keep
from forgecrew.memory.code.log import write_log
from forgecrew.memory.code.way import Way
from forgecrew.store.queries import code_blobs, code_tree_keeping
from forgecrew.store.queries.code_repos import CodeRepo
from forgecrew.store.queries.code_trees import IndexedRef


async def settle(connection: AsyncConnection, repo: CodeRepo, last: Sequence[ReadBlob], way: Way, done: Indexed) -> None:
    """Write it in the caller's transaction after the `last` contents. Moves nothing where another process was faster."""
    await keep(connection, repo, last, done)
    ref_id = way.mine.id if way.mine else await code_tree_keeping.begin(connection, repo.id, done.ref, now=utc_now())
    before = way.mine.commit if way.mine else ""
    now = utc_now()
    if not await code_tree_keeping.move(connection, ref_id, before=before, commit=done.commit, version=VERSION, now=now):
        return  # the next look does what it left to do
    if way.start is None:
        await code_tree_keeping.clear(connection, ref_id)
    elif way.start is not way.mine:
        await code_tree_keeping.copy_from(connection, ref_id, way.start.id)
    ids = await code_blobs.ids(connection, sorted(set(way.sources.values())))
    put = {path: ids[sha] for path, sha in way.sources.items()}
    await code_tree_keeping.change(connection, ref_id, put, way.gone, empty=way.start is None)
    if way.log is not None:
        done.commits = await write_log(connection, repo.id, way.log)
    await code_tree_keeping.drop(connection, way.left)


async def drop_gone(connection: AsyncConnection, held: Sequence[IndexedRef], tips: Collection[str]) -> None:
    """Branches that the mirror does not hold any more are not indexed any more."""
    await code_tree_keeping.drop(connection, [one.id for one in held if one.ref not in tips])
