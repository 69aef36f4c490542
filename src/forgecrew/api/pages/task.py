"""The page of one task: its plan, its steps while they happen, its diff."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery, HeaderParameter
from litestar.response import Redirect, ServerSentEvent, ServerSentEventMessage

from forgecrew.api.doors import Doors, InDoors
from forgecrew.api.follow import Change, event_stream, follow, keep_alive, message, parse_last_id
from forgecrew.api.pages.render import fragment, page
from forgecrew.api.similar import likely_of
from forgecrew.core.role import Role
from forgecrew.core.task import Task
from forgecrew.store.queries import tasks

PARTS = ("head", "plan", "diff")
"""Parts of the page that are replaced as a whole when they change; steps are appended."""


@get("/tasks/{task_id:int}", include_in_schema=False)
async def task_page(doors: InDoors, task_id: FromPath[int]) -> Response[str]:
    """One task."""
    async for change in follow(doors, task_id, (0, 0)):
        if change is not None:
            return page("task.html", **_values(doors, change), similar=await likely_of(doors, change.task))
    raise NotFoundException(f"there is no task {task_id}")


@get("/tasks/{task_id:int}/live", include_in_schema=False)
async def task_live(
    doors: InDoors,
    task_id: FromPath[int],
    after: FromQuery[str] = "",
    last_event_id: Annotated[str, HeaderParameter(name="Last-Event-ID")] = "",
) -> ServerSentEvent:
    """Event `step` per new step, `head`, `plan` and `diff` when they changed, `end` when the task has ended."""
    return event_stream(_news(doors, task_id, parse_last_id(last_event_id or after)))


@post("/tasks/{task_id:int}/stop", include_in_schema=False, status_code=303)
async def stop(doors: InDoors, task_id: FromPath[int]) -> Redirect:
    """The page's button: ask the task to stop."""
    async with doors.database.write() as connection:
        await tasks.ask_stop(connection, task_id, reason="stopped by a person")
    return Redirect(f"/tasks/{task_id}", status_code=303)


async def _news(doors: Doors, task_id: int, last: tuple[int, int]) -> AsyncGenerator[ServerSentEventMessage]:
    shown: dict[str, str] = {}
    async for change in follow(doors, task_id, last):
        if change is None:
            yield keep_alive()
            continue
        values = _values(doors, change)
        for number, step in change.steps:
            yield message(fragment("step.html", step=step, run_number=number, **_shared(values)), event="step",
                          id=f"{number}.{step.number}")  # fmt: skip
        for part in PARTS:
            text = fragment(f"{part}.html", **values)
            if shown.get(part) != text:
                shown[part] = text
                yield message(text, event=part)
    if not doors.stopping.is_set():
        yield message("", event="end")


def _values(doors: Doors, change: Change) -> dict[str, Any]:
    role = next((role for role in doors.crew if role.name == change.task.role), None)
    run = change.runs[-1] if change.runs else None
    last = f"{change.steps[-1][0]}.{change.steps[-1][1].number}" if change.steps else ""
    return {
        "task": change.task, "run": run, "runs": change.runs, "steps": change.steps, "last": last,
        "words": dict(role.stages) if role else {}, "plan": _plan(role, run.plan if run else ()),
        "diff": next((one.diff for one in reversed(change.runs) if one.diff), ""),
        "refused": change.refused,
        "subject_url": subject_url(doors.forge_url, change.task), "pull_url": pull_url(doors.forge_url, change.task),
    }  # fmt: skip


def _shared(values: dict[str, Any]) -> dict[str, Any]:
    return {"words": values["words"], "several": len(values["runs"]) > 1}


def _plan(role: Role | None, plan: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """Pairs of words and state; before a run has a plan, what its role intends."""
    words = dict(role.stages) if role else {}
    stages = plan or tuple((name, "open") for name in words)
    return [(words.get(name, name), state) for name, state in stages]


def subject_url(forge_url: str, task: Task) -> str:
    """Address of a task's subject on the forge."""
    kinds = {"issue": "issues", "pull": "pulls"}
    base = f"{forge_url.rstrip('/')}/{task.subject.repo}"
    kind = kinds.get(task.subject.kind)
    return f"{base}/{kind}/{task.subject.number}" if kind else base


def pull_url(forge_url: str, task: Task) -> str:
    """Address of a task's pull request, empty when it has none."""
    return f"{forge_url.rstrip('/')}/{task.subject.repo}/pulls/{task.pull_number}" if task.pull_number else ""


routes = [task_page, task_live, stop]
