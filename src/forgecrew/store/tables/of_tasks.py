"""Registers tables. What came in, what is done about it, and what went out."""

from forgecrew.store.tables import approval, audit, blob, cursor, event, intent, model_profile, run, step, task, worker

__all__ = ["approval", "audit", "blob", "cursor", "event", "intent", "model_profile", "run", "step", "task", "worker"]
