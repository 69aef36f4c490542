"""Bytes and diffs of file versions, out of the bundles that are kept."""

from forgecrew.core.errors import NotFound
from forgecrew.core.file_version import EMPTY_BLOB, FileVersion
from forgecrew.ports.version_store import VersionStore
from forgecrew.store.database import Database
from forgecrew.store.queries import blobs, file_versions


async def content_of(database: Database, store: VersionStore, version: FileVersion) -> bytes:
    """The bytes of a version. Raises NotFound for a removed file, one that was too large, and one whose bundle is gone."""
    if version.kind == "removed":
        raise NotFound(f"{version.path} was removed in version {version.version}; an earlier one has its bytes")
    if not version.kept:
        raise NotFound(f"version {version.version} of {version.path} was too large to be kept ({version.size} bytes)")
    bundle = await _bundle(database, version) if version.blob != EMPTY_BLOB else b""
    return await store.read(bundle, version.blob)


async def diff_of(database: Database, store: VersionStore, old: FileVersion, new: FileVersion) -> str:
    """A unified diff in git's form between two versions of a file; a removed one counts as empty."""
    old_blob, new_blob = (EMPTY_BLOB if one.kind == "removed" else one.blob for one in (old, new))
    for one in (old, new):
        if one.kind != "removed" and not one.kept:
            raise NotFound(f"version {one.version} of {one.path} was too large to be kept ({one.size} bytes)")
    bundles = {one.bundle: await _bundle(database, one) for one in (old, new) if one.bundle}
    told = await store.diff(list(bundles.values()), old_blob, new_blob) if old_blob != new_blob else ""
    names = "/dev/null" if old.kind == "removed" else f"a/{old.path}", "/dev/null" if new.kind == "removed" else f"b/{new.path}"
    modes = (
        f"old mode {old.mode}\nnew mode {new.mode}\n" if old.mode != new.mode and "000000" not in (old.mode, new.mode) else ""
    )
    head = f"diff --git a/{old.path} b/{new.path}\n{modes}"
    if not told:
        return head if modes else ""
    return f"{head}--- {names[0]}\n+++ {names[1]}\n{told}" if told.startswith("@@") else head + told


async def workspace_diff(database: Database, store: VersionStore, task_id: int, old: int, new: int | None) -> str:
    """As `diff_of` for all files of a task, between the moments when the versions of two ids had been made.

    An `old` of 0 is before the first change, a `new` of None is now. Raises NotFound where there are no versions.
    """
    async with database.read() as connection:
        before = await file_versions.newest(connection, task_id, up_to=old)
        after = await file_versions.newest(connection, task_id, up_to=new)
    if not after:
        raise NotFound(f"task {task_id} has no versions of files")
    told: list[str] = []
    for one, two in zip(before, after, strict=True):  # both tell of every path
        try:
            told.append(await diff_of(database, store, one, two) if (one.id, one.kind) != (two.id, two.kind) else "")
        except NotFound as missing:
            told.append(f"diff --git a/{one.path} b/{two.path}\n# {missing}\n")
    return "".join(told)


async def _bundle(database: Database, version: FileVersion) -> bytes:
    async with database.read() as connection:
        content = await blobs.read(connection, version.bundle)
    if content is None:
        raise NotFound(f"the bytes of version {version.version} of {version.path} are not kept any more")
    return content
