"""The worker of the process `work`, with a journal of its own."""

from forgecrew.app.settings import Settings
from forgecrew.kernel.journal_database import journal_url
from forgecrew.kernel.journal_engine import JournalEngine
from forgecrew.kernel.lease import new_worker_id
from forgecrew.kernel.make_worker import make_worker
from forgecrew.kernel.run_context import ProcedureFor
from forgecrew.kernel.worker import Worker
from forgecrew.store.database import Database


def hire_worker(settings: Settings, database: Database, procedure_for: ProcedureFor) -> Worker:
    """A worker under a new name; `procedure_for` gives what runs a task."""
    engine = JournalEngine(journal_url(settings.database_url), new_worker_id())
    return make_worker(database, engine, procedure_for, slots=settings.work.parallel)
