"""Whose turn it is to use the model in idle time: one process at a time, for some minutes, then whoever asks first."""

import json
from datetime import datetime, timedelta

from forgecrew.core.ids import new_id
from forgecrew.core.moment import utc_now
from forgecrew.store.database import Database
from forgecrew.store.queries import cursors
from forgecrew.store.queries.locks import take_turn

HELD_FOR = timedelta(minutes=10)
RENEWED_BEFORE = timedelta(minutes=5)
NAME = "memory:model-turn"


class ModelTurn:
    """One per process."""

    def __init__(self, database: Database) -> None:
        self._database, self._me = database, new_id()
        self._until: datetime | None = None

    async def take(self) -> bool:
        """Whether it is ours; renewed when half of its time is over. A process that died holds it ten minutes longer."""
        now = utc_now()
        if self._until is not None and now < self._until - RENEWED_BEFORE:
            return True
        async with self._database.write() as connection:
            await take_turn(connection, NAME)
            value = await cursors.get(connection, NAME)
            held: dict[str, str] = json.loads(value) if value else {}
            if held and held["by"] != self._me and datetime.fromisoformat(held["until"]) > now:
                return False
            self._until = now + HELD_FOR
            await cursors.set_value(connection, NAME, json.dumps({"by": self._me, "until": self._until.isoformat()}))
        return True

    async def give_back(self) -> None:
        """Let others have it at once."""
        if self._until is None:
            return
        self._until = None
        async with self._database.write() as connection:
            await take_turn(connection, NAME)
            await cursors.set_value(connection, NAME, "")
