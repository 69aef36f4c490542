"""The recaller of the process `work`, made when a run is about to ask."""

from forgecrew.app.connect_embedder import reranker_of
from forgecrew.app.connect_index import index_of
from forgecrew.app.settings import Settings
from forgecrew.memory.recall.recalls import Recalls
from forgecrew.memory.recall.when_asked import RecallerWhenAsked
from forgecrew.ports.embedder import Embedder
from forgecrew.store.database import Database


def recaller_when_asked(settings: Settings, database: Database, embedder: Embedder | None) -> Recalls:
    """The embedder is shared with the part that fills vectors."""
    reranker, index = reranker_of(settings), index_of(settings, database)

    def made() -> Recalls:
        from forgecrew.memory.recall.recaller import RERANK_SECONDS, Recaller  # numpy comes with it: see RecallerWhenAsked

        rerank_seconds = min(settings.memory.reranker_timeout_seconds, RERANK_SECONDS)
        return Recaller(database, embedder, index, reranker, rerank_seconds=rerank_seconds)

    return RecallerWhenAsked(made)
