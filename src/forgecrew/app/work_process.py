"""The process `work`: takes tasks and does them in sandboxes; it knows no write token."""

import logging

from forgecrew.app import connections
from forgecrew.app.desks import Desks
from forgecrew.app.keep_profiles import ProfileKeeper
from forgecrew.app.prepare_database import prepare_database
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.app.roster import call_roster
from forgecrew.app.settings import Settings
from forgecrew.app.until_stopped import run_until_stopped
from forgecrew.kernel.clock import SystemClock
from forgecrew.kernel.journal_database import journal_url
from forgecrew.kernel.journal_engine import JournalEngine
from forgecrew.kernel.lease import new_worker_id
from forgecrew.kernel.outbox import StoredOutbox
from forgecrew.kernel.step_log import StoredStepLog
from forgecrew.kernel.sweeper import Sweeper
from forgecrew.kernel.worker import Worker
from forgecrew.store.database import Database

log = logging.getLogger(__name__)


async def run(settings: Settings) -> None:
    """Work until asked to stop. Raises ConfigError at start for what would fail every run."""
    secrets = load_read_secrets(settings.home)
    roster = call_roster(settings)
    for name, problem in roster.broken.items():
        log.warning("the role %s is skipped: %s", name, problem)
    await prepare_database(settings)
    database = Database(settings.database_url)
    boxes = connections.sandboxes(settings)
    desks = Desks(
        settings, roster, secrets, StoredOutbox(database, SystemClock()), StoredStepLog(database),
        connections.code_host(settings, list(secrets.tokens.items())), boxes,
    )  # fmt: skip
    engine = JournalEngine(journal_url(settings.database_url), new_worker_id())
    worker = Worker(database, engine, desks.procedure_for, slots=settings.work.parallel)
    try:
        profiles = ProfileKeeper(database, desks.model, roster.roles)
        parts = {"worker": worker.run, "profiles": profiles.run, "sweeper": Sweeper(database, boxes).run}
        await run_until_stopped(parts)
    finally:
        await desks.close()
        await database.close()
