"""Which facts of one subject hold, worked out anew from all that were found: after a new one, a rollback, a forgetting."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.memory.facts.offer import PREFIX
from forgecrew.memory.facts.slot import Held, Standing, fold
from forgecrew.store.queries import found_facts


async def settle(connection: AsyncConnection, subject_id: int, repo: str, *, now: datetime) -> None:
    """Mark what is superseded, then let hold what is not: so there are never two that are alike."""
    rows = await found_facts.of_subject(connection, subject_id, repo, PREFIX)
    others = await found_facts.of_texts(connection, {row.chunk_id for row in rows if row.chunk_id}, PREFIX)
    rows = list({row.id: row for row in (*rows, *others)}.values())
    found = fold(
        [Held(row.id, row.predicate, row.object_key, row.author, row.standing, row.valid_from, row.chunk_id, row.extractor)
         for row in rows]
    )  # fmt: skip
    mine = [row for row in rows if (row.subject_id, row.repo) == (subject_id, repo)]
    for row in mine:
        became = found[row.id]
        if became != Standing() and row.superseded_by != became.by:
            ended = [at for at in (became.until, row.valid_to if row.superseded_at is None else None) if at]
            await found_facts.mark(connection, row.id, min(ended, default=None), row.superseded_at or now, became.by)
    for row in mine:
        if found[row.id] == Standing() and row.superseded_at is not None:
            await found_facts.mark(connection, row.id, None, None, None)


async def settle_again(connection: AsyncConnection, *, now: datetime) -> None:
    """Facts whose successor is gone: forgotten with its source, or taken back with its version."""
    for subject_id, repo in await found_facts.orphaned(connection, PREFIX):
        await settle(connection, subject_id, repo, now=now)
