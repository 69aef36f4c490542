"""Contents that were read go into the database: a batch in one transaction, each content once whoever comes first."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.memory.code.blob_rows import ReadBlob
from forgecrew.store.queries import chunk_keeping, code_blobs

BEHIND = timedelta(days=365)
"""The queue for vectors is in order of time: the thousand texts of a repository stand behind what people say today."""


async def write_blobs(connection: AsyncConnection, batch: Sequence[ReadBlob], *, now: datetime) -> int:
    """Keep what was read, and let new texts wait for a vector; gives how many those are."""
    made = await code_blobs.keep(connection, [one.blob for one in batch], now=now)
    mine = [(made[one.blob["sha"]], one) for one in batch if one.blob["sha"] in made]
    symbols = [{"blob_id": blob_id, **row} for blob_id, one in mine for row in one.symbols]
    references = [{"blob_id": blob_id, **row} for blob_id, one in mine for row in one.references]
    await code_blobs.replace_children(connection, [blob_id for blob_id, _ in mine], symbols, references)
    texts = {key: text for _, one in mine for key, text in one.texts.items()}
    fresh = await code_blobs.keep_texts(connection, texts)
    await chunk_keeping.queue_embeddings(connection, fresh, now=now + BEHIND)
    return len(fresh)
