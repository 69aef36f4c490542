"""Memory for API and shell as settings tell."""

from forgecrew.app.connect_embedder import embedder_of, reranker_of
from forgecrew.app.connect_index import index_of
from forgecrew.app.settings import Settings
from forgecrew.memory.for_operator import MemoryDesk
from forgecrew.memory.recall.code_lines import CodeLines
from forgecrew.memory.recall.recaller import Recaller
from forgecrew.store.database import Database


def memory_for_people(settings: Settings, database: Database, *, here: bool = False) -> MemoryDesk:
    """People wait a little longer for the vector of their question, for code, and for a reranker.

    A model in our own process is used only where `here` says so: in `serve` it would take more memory than all the rest.
    """
    embedder = embedder_of(settings) if settings.memory.url or here else None
    seconds = 10.0 if here else 2.0
    recaller = Recaller(
        database, embedder, index_of(settings, database), reranker_of(settings), embed_seconds=seconds,
        rerank_seconds=settings.memory.reranker_timeout_seconds, code=CodeLines(database, seconds_max=seconds),
    )  # fmt: skip
    return MemoryDesk(database, recaller, settings.forge.url, settings.public_url)
