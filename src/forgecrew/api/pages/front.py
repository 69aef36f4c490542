"""The front page: the crew and its tasks."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from litestar import Response, get
from litestar.response import ServerSentEvent, ServerSentEventMessage

from forgecrew.api.doors import Doors, InDoors
from forgecrew.api.follow import POLL_SECONDS, event_stream, keep_alive, message, news
from forgecrew.api.health import look
from forgecrew.api.pages.render import fragment, page
from forgecrew.core.role import Role
from forgecrew.core.task import Task, TaskState
from forgecrew.store.queries import task_lists

TASKS_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Colleague:
    """One member of the crew and what it is doing; task is None when it is free."""

    role: Role
    task: Task | None
    waiting: int
    queued: int


@get("/", include_in_schema=False)
async def front(doors: InDoors) -> Response[str]:
    """Crew and tasks."""
    return page("front.html", **await _values(doors))


@get("/live", include_in_schema=False)
async def front_live(doors: InDoors) -> ServerSentEvent:
    """Event `board`: the crew and the tasks again, whenever they have changed."""
    return event_stream(_boards(doors))


async def _boards(doors: Doors) -> AsyncGenerator[ServerSentEventMessage]:
    async def drawn() -> str:
        return fragment("board.html", **await _values(doors))

    async for shown in news(doors, drawn, every_seconds=POLL_SECONDS * 2):
        yield keep_alive() if shown is None else message(shown, event="board")


async def _values(doors: Doors) -> dict[str, Any]:
    async with doors.database.read() as connection:
        tasks = await task_lists.recent(connection, limit=TASKS_SHOWN)
        open_states = (TaskState.QUEUED, TaskState.RUNNING, TaskState.WAITING)
        unfinished = await task_lists.recent(connection, states=open_states, limit=500)
    found = await look(doors)
    crew = [_colleague(role, unfinished) for role in doors.crew]
    notes = [
        words
        for count, words in (
            (found["workers_alive"], "No worker is running: tasks wait in the queue. Start one with `forgecrew work`."),
            (found["effects_alive"], "Nothing reaches the forge: start `forgecrew effects`."),
        )
        if not count
    ]
    return {"crew": crew, "tasks": tasks, "counts": found["tasks"], "notes": notes, "forge_url": doors.forge_url}


def _colleague(role: Role, unfinished: list[Task]) -> Colleague:
    mine = [task for task in unfinished if task.role == role.name]
    running = next((task for task in mine if task.state is TaskState.RUNNING), None)
    counted = {state: sum(task.state is state for task in mine) for state in (TaskState.WAITING, TaskState.QUEUED)}
    return Colleague(role, running, counted[TaskState.WAITING], counted[TaskState.QUEUED])


routes = [front, front_live]
