"""A batch of contents that were read is kept, in its repository's turn, and counted."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.moment import utc_now
from forgecrew.memory.code.blob_rows import ReadBlob
from forgecrew.memory.code.indexed import Indexed
from forgecrew.memory.code.write_blobs import write_blobs
from forgecrew.store.queries.code_repos import CodeRepo
from forgecrew.store.queries.locks import take_turn


async def keep(connection: AsyncConnection, repo: CodeRepo, batch: Sequence[ReadBlob], done: Indexed) -> None:
    """In the caller's transaction."""
    await take_turn(connection, f"code:{repo.repo}")
    done.texts += await write_blobs(connection, batch, now=utc_now())
    for one in batch:
        if why := str(one.blob["skipped"]):
            done.skipped[why] = done.skipped.get(why, 0) + 1
