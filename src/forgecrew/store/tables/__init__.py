"""One table per file; importing this package registers all of them, area by area."""

from forgecrew.store.tables import of_code, of_memory, of_sandboxes, of_tasks
from forgecrew.store.tables.base import metadata

__all__ = ["metadata", "of_code", "of_memory", "of_sandboxes", "of_tasks"]
