"""Vectors of one model have one length: a model that took the name of another is told before anything is mixed."""

from forgecrew.core.errors import ConfigError
from forgecrew.store.database import Database
from forgecrew.store.queries import vector_rows


async def check_dimension(database: Database, model_id: str, dimension: int) -> None:
    """Raises ConfigError when vectors of another length are kept under the name of the model; they stay as they are."""
    async with database.read() as connection:
        kept = await vector_rows.dimension_of(connection, model_id)
    if kept not in (0, dimension):
        raise ConfigError(
            f"the vectors kept for {model_id!r} have {kept} numbers and the embedder gives {dimension} now: another model took "
            "its name. They stay as they are. Bring the former model back, or give the new one a name of its own "
            "(memory.name), under which texts are embedded anew"
        )
