"""Code runs for machines: ask for one, list them, look at one, follow it, stop it."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Annotated

import msgspec
from litestar import delete, get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage

from forgecrew.api.asked import as_asked
from forgecrew.api.code_follow import changes, found
from forgecrew.api.code_shapes import CodeRunDetail, CodeRunShape, code_run_detail, code_run_shape
from forgecrew.api.doors import Doors, InDoors
from forgecrew.api.follow import event_stream, keep_alive, message
from forgecrew.api.leading import browsers_to
from forgecrew.core.code_request import CodeRequest, code_run_of
from forgecrew.store.queries import code_runs

_browsers = browsers_to("/code/runs", "/code")


@dataclass(frozen=True, slots=True)
class CodeRunPage:
    """Newest first; `next_before` is the `before` of the next page, null at the end."""

    runs: list[CodeRunShape]
    next_before: str | None


@post(["/api/code/runs", "/code/runs"], status_code=202, tags=["code"])
async def ask(doors: InDoors, data: CodeRequest) -> CodeRunDetail:
    """Queue a code run; the process `work` does it."""
    with as_asked():
        run = code_run_of(data)
    async with doors.database.write() as connection:
        await code_runs.create(connection, run)
    return code_run_detail(await found(doors, run.id), doors.public_url)


@get(["/api/code/runs", "/code/runs"], tags=["code"], before_request=_browsers)
async def list_runs(
    doors: InDoors, limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50, before: FromQuery[str] = ""
) -> CodeRunPage:  # fmt: skip
    """Code runs, newest first."""
    async with doors.database.read() as connection:
        rows = await code_runs.recent(connection, limit=limit + 1, before_id=before)
    shown = [code_run_shape(run, attempts, doors.public_url) for run, attempts in rows[:limit]]
    return CodeRunPage(shown, shown[-1].id if len(rows) > limit else None)


@get(["/api/code/runs/{run_id:str}", "/code/runs/{run_id:str}"], tags=["code"], before_request=_browsers)
async def one_run(doors: InDoors, run_id: FromPath[str]) -> CodeRunDetail:
    """One code run with its attempts: log, error and diff of each."""
    return code_run_detail(await found(doors, run_id), doors.public_url)


@delete(["/api/code/runs/{run_id:str}", "/code/runs/{run_id:str}"], status_code=200, tags=["code"])
async def stop(doors: InDoors, run_id: FromPath[str]) -> CodeRunDetail:
    """Stop a code run; its attempts stay. One that has ended stays as it is."""
    async with doors.database.write() as connection:
        await code_runs.ask_stop(connection, run_id)
    return code_run_detail(await found(doors, run_id), doors.public_url)


@get(["/api/code/runs/{run_id:str}/stream", "/code/runs/{run_id:str}/stream"], tags=["code"])
async def stream(doors: InDoors, run_id: FromPath[str]) -> ServerSentEvent:
    """Event `run` (as one_run gives it) whenever it has changed, also while the program prints; last, `end`."""
    await found(doors, run_id)
    return event_stream(_messages(doors, run_id))


async def _messages(doors: Doors, run_id: str) -> AsyncGenerator[ServerSentEventMessage]:
    async for run in changes(doors, run_id):
        if run is None:
            yield keep_alive()
        else:
            yield message(msgspec.json.encode(code_run_detail(run, doors.public_url)).decode(), event="run")
    if not doors.stopping.is_set():
        yield message("{}", event="end")


routes = [ask, list_runs, one_run, stop, stream]
