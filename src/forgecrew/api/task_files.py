"""Files that agents changed, for machines: which, their versions, their bytes, diffs, and bringing one back."""

from dataclasses import dataclass
from typing import Annotated

from litestar import Response, get, post
from litestar.exceptions import NotFoundException, ServiceUnavailableException
from litestar.params import FromPath, FromQuery, QueryParameter

from forgecrew.api.doors import Doors, InDoors
from forgecrew.api.tasks import known_task
from forgecrew.core.file_version import FileVersion
from forgecrew.kernel.restore_wish import RestoreAnswer, wish_back
from forgecrew.kernel.version_reading import content_of, diff_of, workspace_diff
from forgecrew.ports.version_store import VersionStore
from forgecrew.store.queries import file_versions

RESTORE_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class RestoreWish:
    """`version` of `path`, or, without a path, all files as they were when the version of that id (`at`) had been made."""

    path: str = ""
    version: int = 0
    at: int = 0


@get("/api/tasks/{task_id:int}/files", tags=["files"])
async def list_files(doors: InDoors, task_id: FromPath[int]) -> list[FileVersion]:
    """The newest version of each file that agents changed, by path."""
    await known_task(doors, task_id)
    async with doors.database.read() as connection:
        return await file_versions.newest(connection, task_id)


@get("/api/tasks/{task_id:int}/files/versions", tags=["files"])
async def list_versions(doors: InDoors, task_id: FromPath[int], path: FromQuery[str]) -> list[FileVersion]:
    """All versions of a file, oldest first. `path` as list_files writes it."""
    return await versions_of(doors, task_id, path)


@get("/api/tasks/{task_id:int}/files/content", tags=["files"])
async def content(doors: InDoors, task_id: FromPath[int], path: FromQuery[str], version: FromQuery[int]) -> Response[bytes]:
    """The bytes of a version, as a download."""
    found = await one(doors, task_id, path, version)
    headers = {"content-disposition": "attachment", "content-security-policy": "default-src 'none'; sandbox"}
    told = await content_of(doors.database, store_of(doors), found)
    return Response(told, media_type="application/octet-stream", headers=headers)


@get("/api/tasks/{task_id:int}/files/diff", tags=["files"], media_type="text/plain")
async def diff(
    doors: InDoors, task_id: FromPath[int],
    old: Annotated[int, QueryParameter(name="from", ge=0)], new: Annotated[int, QueryParameter(name="to", ge=0)],
    path: FromQuery[str] = "",
) -> str:  # fmt: skip
    """A unified diff between two versions of a file; empty when they are alike.

    Without a path of all files: `from` and `to` are ids of versions then, 0 is before the first change.
    """
    if not path:
        return await workspace_diff(doors.database, store_of(doors), task_id, old, new)
    first, second = await one(doors, task_id, path, old), await one(doors, task_id, path, new)
    return await diff_of(doors.database, store_of(doors), first, second)


@post("/api/tasks/{task_id:int}/files/restore", status_code=200, tags=["files"])
async def restore(doors: InDoors, task_id: FromPath[int], data: RestoreWish) -> RestoreAnswer:
    """Bring a version back into the live workspace, as a new version; fails with the reason when the workspace is gone."""
    await known_task(doors, task_id)
    version_id = (await one(doors, task_id, data.path, data.version)).id if data.path else data.at
    return await wish_back(doors.database, task_id, data.path, version_id, patience_seconds=RESTORE_SECONDS)


async def versions_of(doors: Doors, task_id: int, path: str) -> list[FileVersion]:
    """All versions of a file. Raises NotFoundException when there are none."""
    async with doors.database.read() as connection:
        found = await file_versions.of_file(connection, task_id, path)
    if not found:
        raise NotFoundException(f"task {task_id} has no versions of {path[:200]!r}")
    return found


async def one(doors: Doors, task_id: int, path: str, version: int) -> FileVersion:
    """One version. Raises NotFoundException."""
    async with doors.database.read() as connection:
        found = await file_versions.get(connection, task_id, path, version)
    if found is None:
        raise NotFoundException(f"task {task_id} has no version {version} of {path[:200]!r}")
    return found


def store_of(doors: Doors) -> VersionStore:
    """What reads bundles."""
    if doors.versions is None:
        raise ServiceUnavailableException("nothing here reads file versions")
    return doors.versions


routes = [list_files, list_versions, content, diff, restore]
