"""The pages of code runs: all of them, and one with its attempts, logs and diffs while it goes on."""

from collections.abc import AsyncGenerator

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, ServerSentEvent, ServerSentEventMessage

from forgecrew.api.code_follow import changes, found
from forgecrew.api.doors import Doors, InDoors
from forgecrew.api.follow import event_stream, keep_alive, message
from forgecrew.api.pages.render import fragment, page
from forgecrew.store.queries import code_runs

RUNS_SHOWN = 60


@get("/code", include_in_schema=False)
async def code_page(doors: InDoors) -> Response[str]:
    """All code runs."""
    async with doors.database.read() as connection:
        runs = await code_runs.recent(connection, limit=RUNS_SHOWN)
    return page("code.html", runs=runs)


@get("/code/{run_id:str}", include_in_schema=False)
async def code_run_page(doors: InDoors, run_id: FromPath[str]) -> Response[str]:
    """One code run."""
    return page("code_run.html", run=await found(doors, run_id))


@get("/code/{run_id:str}/live", include_in_schema=False)
async def code_run_live(doors: InDoors, run_id: FromPath[str]) -> ServerSentEvent:
    """Event `attempts`: the run again whenever it has changed; `end` when it has ended."""
    await found(doors, run_id)
    return event_stream(_news(doors, run_id))


@post("/code/{run_id:str}/stop", include_in_schema=False, status_code=303)
async def stop(doors: InDoors, run_id: FromPath[str]) -> Redirect:
    """The page's button."""
    async with doors.database.write() as connection:
        await code_runs.ask_stop(connection, run_id)
    return Redirect(f"/code/{run_id}", status_code=303)


async def _news(doors: Doors, run_id: str) -> AsyncGenerator[ServerSentEventMessage]:
    async for run in changes(doors, run_id):
        yield keep_alive() if run is None else message(fragment("attempts.html", run=run), event="attempts")
    if not doors.stopping.is_set():
        yield message("", event="end")


routes = [code_page, code_run_page, code_run_live, stop]
