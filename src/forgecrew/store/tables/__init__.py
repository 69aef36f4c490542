"""One table per file; importing this package registers all of them."""

from forgecrew.store.tables import (
    app,
    approval,
    audit,
    blob,
    chunk,
    chunk_text,
    code_attempt,
    code_run,
    command_use,
    cursor,
    egress_refusal,
    entity,
    event,
    fact,
    file_restore,
    file_version,
    forgotten,
    intent,
    model_profile,
    recall,
    relation,
    run,
    sandbox,
    step,
    task,
    vector,
    worker,
)
from forgecrew.store.tables.base import metadata

__all__ = [
    "app", "approval", "audit", "blob", "chunk", "chunk_text", "code_attempt", "code_run", "command_use", "cursor",
    "egress_refusal", "entity",
    "event", "fact", "file_restore", "file_version", "forgotten", "intent", "metadata", "model_profile", "recall", "relation",
    "run", "sandbox", "step", "task", "vector", "worker",
]  # fmt: skip
