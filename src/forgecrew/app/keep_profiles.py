"""Asking each model at start-up what it can do, and keeping the answer; a server that is down is asked again."""

import asyncio
import logging
from collections.abc import Callable, Collection

from forgecrew.core.errors import ForgecrewError
from forgecrew.kernel.rounds import again_and_again
from forgecrew.ports.chat_model import ChatModel
from forgecrew.store.database import Database
from forgecrew.store.queries import model_profile

AGAIN_SECONDS = 30.0

log = logging.getLogger(__name__)


class ProfileKeeper:
    """One part of the process `work`: profiles of the models of all roles, each asked until it has answered once."""

    def __init__(self, database: Database, model_of: Callable[[str], ChatModel], roles: Collection[str]) -> None:
        self._database, self._model_of = database, model_of
        self._open = set(roles)
        self._told: set[str] = set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Until asked to stop; does nothing more once every model has answered."""
        await again_and_again(self._look, AGAIN_SECONDS, stopping)

    async def _look(self) -> None:
        for role in sorted(self._open):
            await self._ask(role)

    async def _ask(self, role: str) -> None:
        try:
            found = await self._model_of(role).profile()
        except ForgecrewError as error:
            if str(error) not in self._told:
                self._told.add(str(error))
                log.warning("the model of the %s does not answer yet; its runs wait: %s", role, error)
            return
        async with self._database.write() as connection:
            await model_profile.keep(connection, found)
        self._open.discard(role)
