"""Following one task while it goes on: the store is read every 0.3 seconds while somebody listens."""

import re
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from litestar.response import ServerSentEvent, ServerSentEventMessage

from forgecrew.api.doors import Doors
from forgecrew.core.rest import rest
from forgecrew.core.run import Run
from forgecrew.core.step import Step
from forgecrew.core.task import Task, TaskState
from forgecrew.store.queries import egress, runs, steps, tasks

POLL_SECONDS = 0.3
REFUSED_SHOWN_MAX = 20
KEEP_ALIVE_SECONDS = 15.0
Seen = TypeVar("Seen")
END_POLLS = 3
"""How often an ended task is read again before its stream closes, for steps that were written with its end."""


@dataclass(frozen=True, slots=True)
class Change:
    """News of a task: new steps with the number of their run (never the same twice), its state, places refused to it."""

    task: Task
    runs: tuple[Run, ...]
    steps: tuple[tuple[int, Step], ...]
    refused: tuple[str, ...] = ()


def parse_last_id(text: str) -> tuple[int, int]:
    """(run number, step number) of a step's id such as `2.14`; (0, 0) for anything else."""
    known = re.fullmatch(r"([0-9]{1,9})\.([0-9]{1,9})", text)
    return (int(known[1]), int(known[2])) if known else (0, 0)


async def news(
    doors: Doors, look: Callable[[], Awaitable[Seen | None]], *, every_seconds: float = POLL_SECONDS
) -> AsyncGenerator[Seen | None]:
    """What `look` gives, whenever it is something else than before; None when it was the same for a while.

    Ends with the process, or when there is nothing to look at any more and `look` gives None.
    """
    known, quiet_since = None, monotonic()
    while not doors.stopping.is_set():
        seen = await look()
        if seen is None:
            return
        if seen != known:
            known, quiet_since = seen, monotonic()
            yield seen
        elif monotonic() - quiet_since > KEEP_ALIVE_SECONDS:
            quiet_since = monotonic()
            yield None
        await rest(every_seconds, doors.stopping)


async def follow(doors: Doors, task_id: int, last: tuple[int, int]) -> AsyncGenerator[Change | None]:
    """Changes of a task after a step; None when nothing has changed for a while. Ends with the task or the process."""
    known: object = None
    quiet_since = monotonic()
    polls_left = END_POLLS
    while not doors.stopping.is_set() and polls_left:
        change = await _look(doors, task_id, last)
        if change is None:
            return
        if change.steps:
            number, step = change.steps[-1]
            last = (number, step.number)
        now_known = (change.task, change.runs, change.refused)
        if change.steps or now_known != known:
            known, quiet_since = now_known, monotonic()
            yield change
        elif monotonic() - quiet_since > KEEP_ALIVE_SECONDS:
            quiet_since = monotonic()
            yield None
        if change.task.state is TaskState.ENDED:
            polls_left -= 1
        await rest(POLL_SECONDS, doors.stopping)


async def _look(doors: Doors, task_id: int, last: tuple[int, int]) -> Change | None:
    async with doors.database.read() as connection:
        task = await tasks.get(connection, task_id)
        if task is None:
            return None
        its_runs = tuple(await runs.by_task(connection, task_id))
        fresh: list[tuple[int, Step]] = []
        for run in its_runs:
            if run.number >= last[0]:
                after = last[1] if run.number == last[0] else 0
                fresh += [(run.number, step) for step in await steps.of_run(connection, run.id, after=after)]
        refused = await egress.refused(connection, task_id=task_id, limit=REFUSED_SHOWN_MAX)
    return Change(task, its_runs, tuple(fresh), tuple(dict.fromkeys(one.place for one in reversed(refused))))


def event_stream(messages: AsyncIterable[ServerSentEventMessage]) -> ServerSentEvent:
    """The response that sends messages as they come; nothing on the way may buffer or keep it."""
    return ServerSentEvent(_unchanged(messages), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


def message(data: str, *, event: str, id: str | None = None) -> ServerSentEventMessage:
    """One message."""
    return ServerSentEventMessage(data=data, event=event, id=id, sep="\n")


def keep_alive() -> ServerSentEventMessage:
    """A comment that keeps the connection open."""
    return ServerSentEventMessage(data=None, comment="still here", sep="\n")


async def _unchanged(messages: AsyncIterable[ServerSentEventMessage]) -> AsyncGenerator[Any]:
    async for one in messages:
        yield one
