"""Steps: kept per run and number."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.core.moment import utc_now
from forgecrew.core.step import Step
from forgecrew.store.queries.inserting import insert_into
from forgecrew.store.tables.step import step as table


async def put(connection: AsyncConnection, step: Step) -> None:
    """Keep a step; the same number of the same run again replaces it."""
    values: Json = {
        "run_id": step.run_id, "number": step.number, "stage": step.stage, "kind": step.kind, "thought": step.thought,
        "action": step.action, "observation": step.observation, "prompt_tokens": step.prompt_tokens,
        "output_tokens": step.output_tokens, "seconds": step.seconds, "at": step.at or utc_now(),
    }  # fmt: skip
    statement = insert_into(connection, table).values(**values)
    changed = {name: statement.excluded[name] for name in values if name not in ("run_id", "number")}
    await connection.execute(statement.on_conflict_do_update(index_elements=["run_id", "number"], set_=changed))


async def of_run(connection: AsyncConnection, run_id: str, *, after: int = 0) -> Sequence[Step]:
    """Steps of a run with a number above `after`, in order."""
    rows = await connection.execute(
        sa.select(table).where(table.c.run_id == run_id, table.c.number > after).order_by(table.c.number)
    )
    return [
        Step(
            run_id=row.run_id, number=row.number, stage=row.stage, kind=row.kind, thought=row.thought, action=row.action,
            observation=row.observation, prompt_tokens=row.prompt_tokens, output_tokens=row.output_tokens,
            seconds=row.seconds, at=row.at,
        )
        for row in rows
    ]  # fmt: skip
