"""Memory for people, made when somebody asks it: what it needs is large, and most installations never ask."""

import functools
from collections.abc import Callable

from forgecrew.app.settings import Settings
from forgecrew.memory.for_operator import MemoryDesk
from forgecrew.store.database import Database


def memory_when_asked(settings: Settings, database: Database) -> Callable[[], MemoryDesk]:
    """What makes it, once."""

    @functools.cache
    def made() -> MemoryDesk:
        from forgecrew.app.memory_for_people import memory_for_people

        return memory_for_people(settings, database)

    return made
