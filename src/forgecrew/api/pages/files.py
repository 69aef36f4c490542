"""The pages of file versions: all files of a task, and the history of one with its diffs."""

from contextlib import suppress
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from forgecrew.api.doors import InDoors
from forgecrew.api.pages.render import page
from forgecrew.api.task_files import RestoreWish, list_files, restore, store_of, versions_of
from forgecrew.core.errors import RefusedError
from forgecrew.core.file_version import FileVersion
from forgecrew.kernel.version_reading import diff_of

DIFFS_SHOWN = 30


@get("/tasks/{task_id:int}/files", include_in_schema=False)
async def files_page(
    doors: InDoors, task_id: FromPath[int], path: FromQuery[str] = "", told: FromQuery[str] = ""
) -> Response[str]:
    """All files, or with `path` the history of one, newest first."""
    if not path:
        return page("files.html", task_id=task_id, files=await list_files.fn(doors, task_id))
    versions = await versions_of(doors, task_id, path)
    shown: list[tuple[FileVersion, str]] = []
    for old, new in zip([None, *versions], versions, strict=False):
        text = ""
        if old is not None and len(versions) - len(shown) <= DIFFS_SHOWN:
            with suppress(RefusedError):  # too large, or not kept any more: the row says so
                text = await diff_of(doors.database, store_of(doors), old, new)
        shown.append((new, text))
    return page("file.html", task_id=task_id, path=path, versions=shown[::-1], told=told)


@post("/tasks/{task_id:int}/files/restore", include_in_schema=False, status_code=303)
async def restore_button(doors: InDoors, task_id: FromPath[int], path: FromQuery[str], version: FromQuery[int]) -> Redirect:
    """The page's button."""
    answer = await restore.fn(doors, task_id, RestoreWish(path, version))
    told = "Restored as a new version." if answer.state == "done" else answer.problem
    query: dict[str, Any] = {"path": path, "told": told}
    return Redirect(f"/tasks/{task_id}/files", query_params=query, status_code=303)


routes = [files_page, restore_button]
