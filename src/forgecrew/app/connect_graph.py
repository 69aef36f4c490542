"""The copy of the graph of memory, when a server for it is set."""

import os

from forgecrew.app.adapters import chosen
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError
from forgecrew.kernel.projecting import Projecting
from forgecrew.store.database import Database


def projecting_of(settings: Settings, database: Database) -> Projecting | None:
    """What keeps the copy in step (no I/O yet); None when no server is set. Raises ConfigError."""
    wished = settings.memory_neo4j
    if not wished.url:
        return None
    if wished.password_env and wished.password_env not in os.environ:
        raise ConfigError(
            f"the environment variable {wished.password_env} (memory.neo4j.password_env) is not set: export it first"
        )
    module = chosen(settings.file, "graph_sink", "memory.neo4j", "neo4j")
    sink = module.connect(wished.url, wished.user, os.environ.get(wished.password_env, ""))
    return Projecting(database, sink, name="neo4j")
