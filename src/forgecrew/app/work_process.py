"""The process `work`: takes tasks and does them in sandboxes; it knows no write token."""

import logging

from forgecrew.app.connect_code import version_store
from forgecrew.app.desks import Desks
from forgecrew.app.equip import equip
from forgecrew.app.find_facts import fact_finding
from forgecrew.app.hire_code_worker import hire_code_worker
from forgecrew.app.hire_worker import hire_worker
from forgecrew.app.index_code import code_indexing
from forgecrew.app.keep_profiles import ProfileKeeper
from forgecrew.app.kept_connections import KeptConnections
from forgecrew.app.outgoing import outgoing_filter
from forgecrew.app.prepare_database import prepare_database
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.app.recall_by_settings import recall_for_runs, resting_embedder
from forgecrew.app.roster import call_roster
from forgecrew.app.settings import Settings
from forgecrew.app.show_sandboxes import show_sandboxes
from forgecrew.app.until_stopped import run_until_stopped
from forgecrew.kernel.document_reader import DocumentReader
from forgecrew.kernel.embedding import Embedding
from forgecrew.kernel.restorer import Restorer
from forgecrew.kernel.retraining import Retraining
from forgecrew.kernel.sweeper import Sweeper
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
    embedder = resting_embedder(settings)
    memory = recall_for_runs(settings, database, embedder, roster)
    kept, equipment = KeptConnections(settings, secrets), equip(settings, secrets, database, memory)
    desks = Desks(settings, roster, kept, equipment)
    worker = hire_worker(settings, database, desks.procedure_for)
    try:
        profiles = ProfileKeeper(database, kept.model, roster.roles)
        parts = {"worker": worker.run, "profiles": profiles.run, "sweeper": Sweeper(database, equipment.sandboxes).run}
        parts |= show_sandboxes(settings, equipment.sandboxes, worker.worker_id)
        parts["code"] = hire_code_worker(settings, database, equipment, kept, worker).run
        parts["embedding"] = Embedding(database, embedder).run
        parts["retraining"] = Retraining(database).run
        parts["restores"] = Restorer(database, equipment.sandboxes, version_store(settings.home)).run
        parts["code_index"] = code_indexing(settings, secrets, database).run
        if settings.memory.facts:
            secret, most = outgoing_filter(settings, {}), settings.memory.facts_per_day
            parts["facts"] = fact_finding(database, kept, tuple(roster.accounts.values()), secret, per_day_max=most).run
        parts["documents"] = DocumentReader(database, equipment.sandboxes).run
        await run_until_stopped(parts)
    finally:
        await memory.recaller.close()
        await kept.close()
        await database.close()
