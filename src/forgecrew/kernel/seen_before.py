"""What the database knows of a sandbox that this process sees for the first time."""

import re

from forgecrew.kernel.sandbox_board import Seen
from forgecrew.ports.sandbox import Sandbox
from forgecrew.store.database import Database
from forgecrew.store.queries import sandboxes, tasks

_TASK = re.compile(r"task-(\d{1,9})(?:-|$)")


async def seen_of(inner: Sandbox, database: Database) -> Seen:
    """Its task's place in the queue, how often it was given more already."""
    found = _TASK.match(inner.spec.id)
    seen = Seen(inner, task_id=int(found[1]) if found else None)
    async with database.read() as connection:
        task = await tasks.get(connection, seen.task_id) if seen.task_id is not None else None
        before = await sandboxes.get(connection, inner.spec.id)
    if task is not None:
        seen.rank = task.priority // 10
    if before is not None:
        seen.steps, seen.commands = before.steps, before.commands
        seen.created_at = before.created_at or seen.created_at
        seen.output.go_on(before.lines, before.lines_end)
    return seen
