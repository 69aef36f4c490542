"""A repository that is told with other readers than before takes along all that is kept of it."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.label import PUBLIC
from forgecrew.memory.prepare import Prepared
from forgecrew.store.queries import relabel


async def follow_readers(connection: AsyncConnection, batch: Sequence[Prepared]) -> None:
    """Relabel what is kept, and in the batch what was told before as seen by others."""
    told = {one.found.repo: one.found.readers for one in batch if one.found.named and not one.found.own_readers}
    known = await relabel.readers_of(connection, {one.found.repo: one.found.readers for one in batch})
    for repo, before in known.items():
        if before != told.get(repo, before):
            await relabel.relabel(connection, repo, before=before, now=told[repo])
    known |= told
    for prepared in batch:
        now = known.get(prepared.found.repo, prepared.found.readers)
        if not prepared.found.own_readers or prepared.found.readers == PUBLIC:
            _relabelled(prepared, now)


def _relabelled(prepared: Prepared, readers: str) -> None:
    if prepared.found.readers != readers:
        before, prepared.found.readers = prepared.found.readers, readers
        for named in prepared.found.named.values():
            if named.readers == before and named.repo == prepared.found.repo:
                named.readers = readers
