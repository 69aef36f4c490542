"""What searches the vectors of a model."""

from collections.abc import Callable

from forgecrew.app.settings import Settings
from forgecrew.memory.vectors.index import VectorIndex
from forgecrew.store.database import Database


def index_of(settings: Settings, database: Database) -> Callable[[str], VectorIndex]:
    """Makes the search for a model's id; it holds nothing before the first search."""

    def made(model_id: str) -> VectorIndex:
        from forgecrew.memory.vectors.choose import ChosenIndex  # numpy comes with it: not before somebody searches

        return ChosenIndex(database, model_id, settings.home)

    return made
