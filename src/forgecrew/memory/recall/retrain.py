"""Retraining recall from what was cited: asked for by a person or in idle time, reversible, per corpus kind."""

import asyncio

from forgecrew.memory.recall.learn import EXAMPLES_MIN, Learned, examples_by_kind, learn_kind
from forgecrew.store.database import Database
from forgecrew.store.queries import recall_log

ROWS_MAX = 5_000


async def retrain(database: Database, *, examples_min: int = EXAMPLES_MIN) -> list[Learned]:
    """Learn what enough was cited of, and keep the weights that do better; gives what came of each corpus kind."""
    async with database.read() as connection:
        rows = await recall_log.recent(connection, limit=ROWS_MAX)
    done: list[Learned] = []
    for kind, examples in sorted(examples_by_kind(rows).items()):
        if len(examples) < examples_min:
            done.append(Learned(kind, len(examples), 0.0, 0.0, {}))
            continue
        learned = await asyncio.to_thread(learn_kind, kind, examples)
        if learned.weights:
            async with database.write() as connection:
                await recall_log.set_weights(connection, kind, learned.weights)
        done.append(learned)
    return done


async def undo(database: Database) -> list[str]:
    """Forget all learned weights: those that the product brings count again; gives the corpus kinds concerned."""
    async with database.write() as connection:
        kinds = sorted(await recall_log.weights(connection))
        for kind in kinds:
            await recall_log.set_weights(connection, kind, {})
    return kinds
