"""The live stream of one task for machines: its steps and its state as server-sent events."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any

import msgspec
from litestar import get
from litestar.params import FromPath, HeaderParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage

from forgecrew.api.doors import Doors, InDoors
from forgecrew.api.follow import event_stream, follow, keep_alive, message, parse_last_id
from forgecrew.api.shapes import run_shape, step_shape, task_shape
from forgecrew.api.tasks import known_task


@get("/api/tasks/{task_id:int}/stream", tags=["tasks"])
async def stream_task(
    doors: InDoors, task_id: FromPath[int], last_event_id: Annotated[str, HeaderParameter(name="Last-Event-ID")] = ""
) -> ServerSentEvent:
    """Events `step` (their id can be given back as Last-Event-ID), `state` (task and present run) and, last, `end`."""
    await known_task(doors, task_id)
    return event_stream(_messages(doors, task_id, parse_last_id(last_event_id)))


async def _messages(doors: Doors, task_id: int, last: tuple[int, int]) -> AsyncGenerator[ServerSentEventMessage]:
    state = ""
    async for change in follow(doors, task_id, last):
        if change is None:
            yield keep_alive()
            continue
        for number, step in change.steps:
            shape = step_shape(step, number)
            yield message(_json(shape), event="step", id=shape.id)
        run = run_shape(change.runs[-1]) if change.runs else None
        now = _json({"task": task_shape(change.task, doors.public_url), "run": run})
        if now != state:
            state = now
            yield message(now, event="state")
    if not doors.stopping.is_set():
        yield message("{}", event="end")


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


routes = [stream_task]
