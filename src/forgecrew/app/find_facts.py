"""The part of `work` that finds facts in idle time, as settings tell; off unless `[memory] facts` is on."""

from forgecrew.agents.issue_card import visible
from forgecrew.app.kept_connections import KeptConnections
from forgecrew.app.outgoing import outgoing_filter
from forgecrew.app.roster import Roster
from forgecrew.app.settings import Settings
from forgecrew.core.errors import NotFound, RefusedError
from forgecrew.core.person import WRITERS
from forgecrew.core.subject import RepoRef
from forgecrew.kernel.fact_finding import FactFinding
from forgecrew.kernel.fact_reading import FactReading
from forgecrew.kernel.model_turn import ModelTurn
from forgecrew.memory.facts.desk import FactDesk
from forgecrew.store.database import Database

ROLE = "memory"
"""`[model.roles.memory]` lets another model find facts."""


def fact_finding(settings: Settings, database: Database, kept: KeptConnections, roster: Roster) -> FactFinding:
    """What finds them; no I/O yet."""
    accounts = list(roster.accounts.values())
    secrets = outgoing_filter(settings, {})

    def withheld(text: str) -> bool:
        try:
            secrets.check(text)
        except RefusedError:
            return True
        return False

    async def may_write(repo: str, login: str) -> bool:
        """As the first account is told that may ask."""
        for account in accounts:
            try:
                return await kept.forge(account).people.permission(RepoRef.parse(repo), login) in WRITERS
            except NotFound:
                return False
            except RefusedError:
                continue
        return False

    desk = FactDesk(database, accounts, visible, withheld)
    reading = FactReading(desk, lambda: kept.model(ROLE), may_write, settings.memory.facts_per_day)
    return FactFinding(database, reading, ModelTurn(database))
