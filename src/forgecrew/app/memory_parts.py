"""The parts of the process `work` that memory needs: vectors, documents, code, what is learned from use, facts."""

from collections.abc import Collection

from forgecrew.app.find_facts import fact_finding
from forgecrew.app.index_code import code_indexing
from forgecrew.app.kept_connections import KeptConnections
from forgecrew.app.outgoing import outgoing_filter
from forgecrew.app.read_secrets import ReadSecrets
from forgecrew.app.settings import Settings
from forgecrew.app.until_stopped import Part
from forgecrew.kernel.document_reader import DocumentReader
from forgecrew.kernel.embedding import Embedding
from forgecrew.kernel.retraining import Retraining
from forgecrew.memory.vectors.resting import Resting
from forgecrew.ports.sandbox_backend import SandboxBackend
from forgecrew.store.database import Database


def memory_parts(
    settings: Settings, secrets: ReadSecrets, database: Database, kept: KeptConnections, crew: Collection[str],
    embedder: Resting | None, sandboxes: SandboxBackend,
) -> dict[str, Part]:  # fmt: skip
    """By their names; facts are found by a model only where settings ask for it."""
    parts: dict[str, Part] = {
        "embedding": Embedding(database, embedder).run,
        "retraining": Retraining(database).run,
        "code_index": code_indexing(settings, secrets, database).run,
        "documents": DocumentReader(database, sandboxes).run,
    }
    if settings.memory.facts:
        gives_away, most = outgoing_filter(settings, {}).gives_away, settings.memory.facts_per_day
        parts["facts"] = fact_finding(database, kept, crew, gives_away, per_day_max=most).run
    return parts
