"""Whether the crew has nothing to do: no task and no code run waits or goes on, for a while already."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.code_run import CodeState
from forgecrew.core.task import TaskState
from forgecrew.store.tables.code_run import code_run
from forgecrew.store.tables.task import task

_WORK = sa.union_all(
    sa.select(task.c.id.cast(sa.String)).where(task.c.state.in_([TaskState.QUEUED.value, TaskState.RUNNING.value])),
    sa.select(code_run.c.id).where(code_run.c.state != CodeState.ENDED.value),
).limit(1)


async def has_work(connection: AsyncConnection) -> bool:
    """Whether anything waits for the model or uses it; what waits for people does not count."""
    return (await connection.execute(_WORK)).first() is not None


async def rested_since(connection: AsyncConnection, moment: datetime) -> bool:
    """Whether no task changed after that moment."""
    return (await connection.execute(sa.select(task.c.id).where(task.c.updated_at > moment).limit(1))).first() is None
