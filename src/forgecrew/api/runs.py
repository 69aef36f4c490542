"""Runs and their steps for machines."""

from typing import Annotated

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, QueryParameter

from forgecrew.api.doors import Doors, InDoors
from forgecrew.api.shapes import RunShape, StepShape, run_shape, step_shape
from forgecrew.core.run import Run
from forgecrew.store.queries import runs, steps


@get("/api/runs/{run_id:str}", tags=["runs"])
async def one_run(doors: InDoors, run_id: FromPath[str]) -> RunShape:
    """One run: stage, plan, totals, outcome."""
    return run_shape(await _run(doors, run_id))


@get("/api/runs/{run_id:str}/steps", tags=["runs"])
async def steps_of_run(
    doors: InDoors, run_id: FromPath[str], after: Annotated[int, QueryParameter(ge=0)] = 0
) -> list[StepShape]:
    """Steps of a run with a number above `after`, in order."""
    run = await _run(doors, run_id)
    async with doors.database.read() as connection:
        found = await steps.of_run(connection, run.id, after=after)
    return [step_shape(step, run.number) for step in found]


async def _run(doors: Doors, run_id: str) -> Run:
    async with doors.database.read() as connection:
        run = await runs.get(connection, run_id)
    if run is None:
        raise NotFoundException(f"there is no run {run_id}")
    return run


routes = [one_run, steps_of_run]
