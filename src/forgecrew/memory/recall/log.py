"""Keeping what was recalled and cited, so that a person can see why and the weights can learn."""

from collections.abc import Sequence

from forgecrew.core.json import Json
from forgecrew.memory.recall.asked import Recalled
from forgecrew.memory.recall.corpus import corpus_of
from forgecrew.store.database import Database
from forgecrew.store.queries import recall_log

KEPT_MAX = 20_000
PRUNE_EVERY = 500


def picked(found: Recalled) -> Json:
    """The ids that were shown, and the best candidates with their features."""
    ranked = [[f"c{one.chunk.id}", corpus_of(one.chunk.kind), list(one.features)] for one in found.ranked]
    return {"ids": [line.id for line in found.lines], "ranked": ranked}


async def keep(database: Database, run_id: str, query: str, found: Recalled, cited: Sequence[str]) -> None:
    """One row; only what was shown can have been cited. Old rows go when there are very many."""
    shown = {line.id for line in found.lines}
    used = [id for id in cited if id in shown]
    async with database.write() as connection:
        await recall_log.add(
            connection, run_id, query, picked(found), used, tokens=found.tokens, milliseconds=round(found.milliseconds, 1)
        )
        if await recall_log.newest_id(connection) % PRUNE_EVERY == 0:
            await recall_log.prune(connection, keep=KEPT_MAX)
