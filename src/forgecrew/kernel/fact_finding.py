"""Finding facts in the process `work`, in idle time alone: some texts at a time, given up at once when work comes."""

import asyncio
import contextlib
import logging

from sqlalchemy.exc import DBAPIError

from forgecrew.core.errors import ForgecrewError
from forgecrew.core.rest import rest
from forgecrew.kernel.fact_reading import FactReading
from forgecrew.kernel.idle_time import IdleTime, Interrupted
from forgecrew.kernel.model_turn import ModelTurn

log = logging.getLogger(__name__)

LOOK_SECONDS = 15.0
BETWEEN_SECONDS = 1.0
TROUBLE_SECONDS = 300.0
"""After a model, a forge or a database that did not answer, or answers without the form."""


class FactFinding:
    """Several may run at once: one at a time reads."""

    def __init__(self, reading: FactReading, turn: ModelTurn, idle: IdleTime) -> None:
        self._reading, self._turn, self._idle = reading, turn, idle
        self._told = ""

    async def run(self, stopping: asyncio.Event) -> None:
        """Until asked to stop."""
        pause = LOOK_SECONDS
        while not stopping.is_set():
            await rest(pause, stopping)
            if not stopping.is_set():
                pause = await self._guarded(stopping)
        with contextlib.suppress(DBAPIError, OSError):
            await self._turn.give_back()

    async def look(self) -> bool:
        """One step, when there is idle time: following edits, choosing among some texts, or reading one. False: nothing to do.

        Raises Interrupted when work comes meanwhile: what was not finished is done again another time.
        """
        if not await self._idle.now() or not await self._turn.take():
            return False
        return await self._reading.step()

    async def _guarded(self, stopping: asyncio.Event) -> float:
        """Gives how long to rest."""
        stop = asyncio.create_task(stopping.wait())
        work = asyncio.create_task(self.look())
        try:
            await asyncio.wait({stop, work}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                return 0.0
            found = work.result()
            self._told = ""
            return BETWEEN_SECONDS if found else LOOK_SECONDS
        except Interrupted:
            return LOOK_SECONDS
        except (ForgecrewError, DBAPIError, OSError) as error:
            if str(error) != self._told:
                log.warning("no facts are found now: %s", error)
            self._told = str(error)
            return TROUBLE_SECONDS
        finally:
            for one in (stop, work):
                one.cancel()
            await asyncio.wait({stop, work})
