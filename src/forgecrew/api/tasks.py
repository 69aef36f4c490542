"""Tasks for machines: list them, look at one, ask one to stop."""

from dataclasses import dataclass
from typing import Annotated

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery, QueryParameter

from forgecrew.api.doors import Doors, InDoors
from forgecrew.api.shapes import TaskDetail, TaskShape, run_shape, task_shape
from forgecrew.core.task import Task, TaskState
from forgecrew.store.queries import runs, task_lists, tasks


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Newest first; `next_before` is the `before` of the next page, null at the end."""

    tasks: list[TaskShape]
    next_before: int | None


@get("/api/tasks", tags=["tasks"])
async def list_tasks(
    doors: InDoors,
    in_state: Annotated[TaskState | None, QueryParameter(name="state")] = None,
    role: FromQuery[str] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    before: Annotated[int, QueryParameter(ge=0)] = 0,
) -> TaskPage:
    """Tasks, newest first."""
    async with doors.database.read() as connection:
        found = await task_lists.recent(
            connection, states=[in_state] if in_state else [], role=role, limit=limit + 1, before_id=before
        )
    shown = [task_shape(task, doors.public_url) for task in found[:limit]]
    return TaskPage(shown, shown[-1].id if len(found) > limit else None)


@get("/api/tasks/{task_id:int}", tags=["tasks"])
async def one_task(doors: InDoors, task_id: FromPath[int]) -> TaskDetail:
    """One task with its runs and the diff of the last one."""
    return await detail(doors, task_id)


@post("/api/tasks/{task_id:int}/stop", status_code=200, tags=["tasks"])
async def stop_task(doors: InDoors, task_id: FromPath[int]) -> TaskDetail:
    """Ask a task to stop: a waiting one ends at once, a running one at its next step."""
    async with doors.database.write() as connection:
        await tasks.ask_stop(connection, task_id, reason="stopped by a person")
    return await detail(doors, task_id)


async def known_task(doors: Doors, task_id: int) -> Task:
    """A task. Raises NotFoundException."""
    async with doors.database.read() as connection:
        task = await tasks.get(connection, task_id)
    if task is None:
        raise NotFoundException(f"there is no task {task_id}")
    return task


async def detail(doors: Doors, task_id: int) -> TaskDetail:
    """One task in full. Raises NotFoundException."""
    task = await known_task(doors, task_id)
    async with doors.database.read() as connection:
        its_runs = await runs.by_task(connection, task_id)
    diff = next((run.diff for run in reversed(its_runs) if run.diff), "")
    return TaskDetail(task_shape(task, doors.public_url), [run_shape(run) for run in its_runs], diff)


routes = [list_tasks, one_task, stop_task]
