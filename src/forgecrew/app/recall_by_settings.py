"""Recall as settings tell: which embedder, index and reranker, what runs are given, and what people are."""

import functools
import math

from forgecrew.agents.issue_card import visible
from forgecrew.app.connect_embedder import embedder_of, reranker_of
from forgecrew.app.roster import Roster
from forgecrew.app.settings import Settings
from forgecrew.memory.for_operator import MemoryDesk
from forgecrew.memory.recall.for_run import Given
from forgecrew.memory.recall.recaller import RERANK_SECONDS, Recaller
from forgecrew.memory.recall.writers import Writers
from forgecrew.memory.vectors.exact import ExactIndex
from forgecrew.memory.vectors.resting import Resting
from forgecrew.ports.embedder import Embedder
from forgecrew.store.database import Database


def resting_embedder(settings: Settings) -> Resting | None:
    """The embedder of the process `work`; one in our own process is let go while nobody needs it."""
    embedder = embedder_of(settings)
    if embedder is None:
        return None
    return Resting(embedder, idle_seconds=math.inf) if settings.memory.url else Resting(embedder)


def recall_for_runs(settings: Settings, database: Database, embedder: Embedder | None, roster: Roster) -> Given:
    """What the memory of every run works with; the embedder is shared with the part that fills vectors."""
    rerank_seconds = min(settings.memory.reranker_timeout_seconds, RERANK_SECONDS)
    recaller = Recaller(
        database, embedder, functools.partial(ExactIndex, database), reranker_of(settings), rerank_seconds=rerank_seconds
    )
    return Given(
        database, recaller, settings.forge.url, settings.public_url, visible, Writers(database),
        tuple(roster.accounts.values()),
    )  # fmt: skip


def memory_for_people(settings: Settings, database: Database, *, here: bool = False) -> MemoryDesk:
    """Recall for API and shell: people wait a little longer for the vector of their question, and for a reranker.

    A model in our own process is used only where `here` says so: in `serve` it would take more memory than all the rest.
    """
    embedder = embedder_of(settings) if settings.memory.url or here else None
    recaller = Recaller(
        database, embedder, functools.partial(ExactIndex, database), reranker_of(settings), embed_seconds=10.0 if here else 2.0,
        rerank_seconds=settings.memory.reranker_timeout_seconds,
    )  # fmt: skip
    return MemoryDesk(database, recaller, settings.forge.url, settings.public_url)
