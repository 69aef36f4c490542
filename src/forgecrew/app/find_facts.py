"""The part of `work` that finds facts in idle time, as settings tell; off unless `[memory] facts` is on."""

from collections.abc import Callable, Collection
from functools import partial

from forgecrew.agents.issue_card import visible
from forgecrew.app.kept_connections import KeptConnections
from forgecrew.app.may_write import may_write
from forgecrew.kernel.fact_asking import FactAsking
from forgecrew.kernel.fact_finding import FactFinding
from forgecrew.kernel.fact_reading import FactReading
from forgecrew.kernel.idle_time import IdleTime
from forgecrew.kernel.model_turn import ModelTurn
from forgecrew.memory.facts.desk import FactDesk
from forgecrew.memory.facts.sources import FactSources
from forgecrew.store.database import Database

ROLE = "memory"
"""`[model.roles.memory]` lets another model find facts."""


def fact_finding(
    database: Database, kept: KeptConnections, crew: Collection[str], gives_away: Callable[[str], bool], *, per_day_max: int
) -> FactFinding:
    """What finds them; no I/O yet. `gives_away` tells whether a text holds a secret of this installation."""
    idle = IdleTime(database)
    sources = FactSources(database, crew, visible, gives_away)
    asking = FactAsking(lambda: kept.model(ROLE), idle)
    reading = FactReading(FactDesk(database), sources, asking, partial(may_write, kept.forge, crew), per_day_max)
    return FactFinding(reading, ModelTurn(database), idle)
