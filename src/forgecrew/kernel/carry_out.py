"""Carrying out what the trigger rules decided, in the dispatcher's transaction."""

import logging
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.event import Event
from forgecrew.core.intent import Intent
from forgecrew.core.new_task import NewTask
from forgecrew.kernel import outbox
from forgecrew.kernel.decisions import Create, Decision, Stop, Wake
from forgecrew.store.queries import tasks

log = logging.getLogger(__name__)


async def carry_out(connection: AsyncConnection, event_id: str, event: Event, decisions: Sequence[Decision]) -> None:
    """Make, wake and stop tasks; who makes one tells so with a reaction."""
    for decision in decisions:
        match decision:
            case Create(new):
                await _create(connection, event_id, new)
            case Wake(task_id):
                await tasks.wake(connection, task_id, event_id=event_id if event.payload.get("head_sha") else None)
            case Stop(task_id, reason):
                await tasks.ask_stop(connection, task_id, reason=reason)


async def _create(connection: AsyncConnection, event_id: str, new: NewTask) -> None:
    task_id = await tasks.create(connection, new, event_id=event_id)
    if task_id is None:
        return
    log.info("task %s: %s works on %s, asked by %s", task_id, new.role, new.subject.key, new.asked_by)
    seen = Intent(
        kind="react", agent=new.agent, subject=new.subject, key=f"react:{new.subject.key}:eyes:{new.agent}",
        arguments={"content": "eyes"}, label=new.label, task_id=task_id,
    )  # fmt: skip
    await outbox.store(connection, seen)
