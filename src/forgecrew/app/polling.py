"""Polling the forge through every account's eyes, as settings and secrets tell."""

import logging
from collections.abc import Awaitable, Callable

from forgecrew.app.connect_forge import forge_as
from forgecrew.app.read_secrets import ReadSecrets
from forgecrew.app.roster import Roster
from forgecrew.app.settings import Settings
from forgecrew.core.event import Event
from forgecrew.kernel.poll_account import AccountPoll
from forgecrew.kernel.reconcile import Reconciler
from forgecrew.ports.forge import Forge
from forgecrew.store.database import Database

log = logging.getLogger(__name__)


class Polling:
    """A reconciler with connections of its own; an account without a read token is left out and told."""

    def __init__(
        self,
        settings: Settings,
        secrets: ReadSecrets,
        roster: Roster,
        database: Database,
        accept: Callable[[Event], Awaitable[bool]],
    ) -> None:
        self._forges: list[Forge] = []
        accounts: list[AccountPoll] = []
        crew = list(roster.accounts.values())
        for role in roster.roles.values():
            if role.account not in secrets.tokens:
                log.warning("%s cannot be polled for: no read token, run `forgecrew init` again", role.account)
                continue
            forge = forge_as(settings, secrets.token(role.account))
            self._forges.append(forge)
            accounts.append(AccountPoll(role, forge, source=settings.forge.kind, crew=crew, repos=settings.forge.repos))
        every = settings.forge.poll_seconds
        reconciler = Reconciler(database, accounts, accept, every_seconds=every)
        self.run = reconciler.run

    async def close(self) -> None:
        """Give connections back."""
        for forge in self._forges:
            await forge.close()
