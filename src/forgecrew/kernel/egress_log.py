"""Decisions about ways out, kept: refusals for people, and the first of each kind in the audit."""

import logging

from sqlalchemy.exc import SQLAlchemyError

from forgecrew.core.egress_decision import EgressDecision
from forgecrew.core.task import Task
from forgecrew.ports.egress import Tell
from forgecrew.store.database import Database
from forgecrew.store.queries import audit, egress

log = logging.getLogger(__name__)


def egress_log(database: Database, task: Task) -> Tell:
    """What keeps the decisions about the sandboxes of a task."""
    return kept(database, task.id, str(task.subject.repo), agent=task.agent, subject_key=task.subject.key)


def kept(database: Database, task_id: int, repo: str, *, agent: str = "", subject_key: str = "") -> Tell:
    """What keeps the decisions about sandboxes of which no more is known."""

    async def tell(decision: EgressDecision) -> None:
        what = "egress refused" if decision.reason else "egress allowed"
        details = {"task": task_id, "sandbox": decision.sandbox_id, "place": decision.place, "reason": decision.reason}
        try:
            async with database.write() as connection:
                if decision.reason:
                    await egress.refuse(connection, decision, task_id=task_id, repo=repo)
                await audit.append(connection, what, agent=agent, subject_key=subject_key or f"repo:{repo}", details=details)
        except SQLAlchemyError as error:  # the log of the process has it; a sandbox need not wait for a database
            log.warning("a decision about %s could not be kept: %s", decision.place, error)

    return tell
