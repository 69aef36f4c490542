"""Recall for runs as settings tell: which embedder, index and reranker, and whose words count."""

import math

from forgecrew.agents.issue_card import visible
from forgecrew.app.connect_embedder import embedder_of
from forgecrew.app.recaller_when_asked import recaller_when_asked
from forgecrew.app.roster import Roster
from forgecrew.app.settings import Settings
from forgecrew.memory.recall.for_run import Given
from forgecrew.memory.recall.writers import Writers
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
    recaller = recaller_when_asked(settings, database, embedder)
    return Given(
        database, recaller, settings.forge.url, settings.public_url, visible, Writers(database),
        tuple(roster.accounts.values()),
    )  # fmt: skip
