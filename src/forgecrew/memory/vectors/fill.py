"""Texts that wait get their vectors: a small batch at a time, outside of every transaction."""

import logging
from datetime import timedelta

from forgecrew.core.errors import WorldError
from forgecrew.core.moment import utc_now
from forgecrew.memory.vectors.dimension import check_dimension
from forgecrew.ports.embedder import Embedder
from forgecrew.store.database import Database
from forgecrew.store.queries import vectors

log = logging.getLogger(__name__)

BATCH = 16
"""Texts in one go: some tenths of a second of both cores, so that whoever stops waits no longer."""
AGAIN_AFTER = timedelta(minutes=1)


class FillVectors:
    """Works on the queue of texts with one embedder; several processes may, what both make is kept once."""

    def __init__(self, database: Database, embedder: Embedder) -> None:
        self._database, self._embedder = database, embedder
        self._model_id = ""

    async def fill(self, *, limit: int = BATCH) -> int:
        """One batch; gives how many texts it looked at.

        Raises ConfigError when the embedder is not there and ModelUnavailable while it does not answer.
        """
        async with self._database.read() as connection:
            waiting = await vectors.waiting(connection, now=utc_now(), limit=limit)
        if not waiting:
            return 0
        from forgecrew.memory.vectors.halves import to_bytes  # numpy comes with it: not before there is a vector

        model_id = await self._model()
        async with self._database.read() as connection:
            known = await vectors.known(connection, model_id, [text_hash for text_hash, _ in waiting])
        wanted = [(text_hash, text) for text_hash, text in waiting if text.strip() and text_hash not in known]
        try:
            rows = await self._embedder.embed([text for _, text in wanted]) if wanted else None
        except WorldError:
            async with self._database.write() as connection:
                await vectors.later(connection, [one for one, _ in wanted], not_before=utc_now() + AGAIN_AFTER)
            raise
        async with self._database.write() as connection:
            if rows is not None:
                made = [
                    (text_hash, rows.shape[1], v16, bits)
                    for (text_hash, _), (v16, bits) in zip(wanted, to_bytes(rows), strict=True)
                ]
                await vectors.keep(connection, model_id, made)
            await vectors.done(connection, [text_hash for text_hash, _ in waiting])
        return len(waiting)

    async def _model(self) -> str:
        """The id of the model; when it is met first, all texts that have no vector of it are let wait."""
        if not self._model_id:
            profile = await self._embedder.profile()
            model_id = profile.model_id
            await check_dimension(self._database, model_id, profile.dimension)
            async with self._database.write() as connection:
                missing = await vectors.queue_missing(connection, model_id, now=utc_now())
            if missing:
                log.info("%d texts have no vector of %s yet: they get one by and by", missing, model_id)
            self._model_id = model_id
        return self._model_id
