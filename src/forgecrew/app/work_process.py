"""The process `work`: takes tasks and does them in sandboxes; it knows no write token."""

import logging
from dataclasses import replace

from forgecrew.app.desks import Desks
from forgecrew.app.equip import equip
from forgecrew.app.hire_code_worker import hire_code_worker
from forgecrew.app.hire_worker import hire_worker
from forgecrew.app.kept_connections import KeptConnections
from forgecrew.app.memory_parts import memory_parts
from forgecrew.app.prepare_database import prepared_database
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.app.recall_by_settings import recall_for_runs, resting_embedder
from forgecrew.app.roster import call_roster
from forgecrew.app.settings import Settings
from forgecrew.app.until_stopped import Part, run_until_stopped
from forgecrew.app.upkeep_parts import upkeep_parts

log = logging.getLogger(__name__)


async def run(settings: Settings) -> None:
    """Work until asked to stop. Raises ConfigError at start for what would fail every run."""
    secrets = load_read_secrets(settings.home)
    roster = call_roster(settings)
    for name, problem in roster.broken.items():
        log.warning("the role %s is skipped: %s", name, problem)
    database = await prepared_database(settings)
    embedder = resting_embedder(settings)
    memory = recall_for_runs(settings, database, embedder, roster)
    kept, equipment = KeptConnections(settings, secrets), replace(equip(settings, secrets, database), memory=memory)
    desks = Desks(settings, roster, kept, equipment)
    worker = hire_worker(settings, database, desks.procedure_for)
    try:
        boxes = equipment.sandboxes
        parts: dict[str, Part] = {"worker": worker.run}
        parts["code"] = hire_code_worker(settings, database, equipment, kept, worker).run
        parts |= upkeep_parts(settings, database, kept, roster.roles, boxes, worker.worker_id)
        parts |= memory_parts(settings, secrets, database, kept, tuple(roster.accounts.values()), embedder, boxes)
        await run_until_stopped(parts)
    finally:
        await memory.recaller.close()
        await kept.close()
        await database.close()
