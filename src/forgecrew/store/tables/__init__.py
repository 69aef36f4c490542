"""One table per file; importing this package registers all of them."""

from forgecrew.store.tables import approval, audit, blob, cursor, event, intent, model_profile, run, step, task, worker
from forgecrew.store.tables.base import metadata

__all__ = [
    "approval", "audit", "blob", "cursor", "event", "intent", "metadata", "model_profile", "run", "step", "task", "worker",
]  # fmt: skip
