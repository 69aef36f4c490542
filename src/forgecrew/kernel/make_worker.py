"""A worker put together from its parts."""

from collections.abc import Sequence

from forgecrew.kernel.journal_engine import JournalEngine
from forgecrew.kernel.lease import LEASE_SECONDS, Lease
from forgecrew.kernel.performing import RETRY_PAUSES_SECONDS, Performer
from forgecrew.kernel.queue import TaskQueue
from forgecrew.kernel.reaper import Reaper
from forgecrew.kernel.run_context import ProcedureFor
from forgecrew.kernel.worker import Worker
from forgecrew.store.database import Database


def make_worker(
    database: Database, engine: JournalEngine, procedure_for: ProcedureFor, *, slots: int = 2,
    pauses_seconds: Sequence[float] = RETRY_PAUSES_SECONDS, lease_seconds: float = LEASE_SECONDS,
) -> Worker:  # fmt: skip
    """One that does `slots` runs at the same time, under the name of its journal's engine; no I/O yet."""
    lease, queue = Lease(database, engine.worker_id, lease_seconds=lease_seconds), TaskQueue(database, engine.worker_id)
    performer = Performer(queue, procedure_for, pauses_seconds=pauses_seconds)
    reaper = Reaper(lease, queue, engine, performer)
    return Worker(engine, lease, queue, performer, reaper, slots=slots, beat_seconds=lease_seconds / 3)
