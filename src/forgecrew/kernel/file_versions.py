"""File versions on our database: an index of who changed what when, and the bundles with the bytes."""

from collections.abc import Sequence

from forgecrew.core.file_version import ChangeKind, FileChange, FileVersion
from forgecrew.core.json import Json
from forgecrew.core.moment import utc_now
from forgecrew.store.database import Database
from forgecrew.store.queries import blobs, file_versions
from forgecrew.store.queries.locks import take_turn

_NONE = "000000"


class StoredFileVersions:
    """Implements ports.file_versions.FileVersions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(
        self, task_id: int, run_id: str, step: int, author: str, changes: Sequence[FileChange], bundle: bytes
    ) -> int:  # fmt: skip
        """One transaction per snapshot."""
        removed = {change.old_blob: change.path for change in changes if change.mode == _NONE and change.old_blob}
        shared: Json = {"task_id": task_id, "run_id": run_id, "step": step, "author": author, "at": utc_now()}
        new = 0
        async with self._database.write() as connection:
            await take_turn(connection, f"file versions {task_id}")
            sha256 = await blobs.keep(connection, bundle) if bundle else ""
            for change in changes:
                last = await file_versions.last(connection, task_id, change.path)
                number = 0 if last is None else last.version + 1
                if change.old_mode != _NONE and not _same(last, change.old_mode, change.old_blob):
                    start = _row(change.path, number, "start", change.old_mode, change.old_blob, change.old_size, sha256)
                    await file_versions.append(connection, {**shared, **start})
                    number, last = number + 1, None
                elif last is not None and _same(last, change.mode, change.blob) and last.size == change.size:
                    continue
                kind: ChangeKind = "changed"
                if change.mode == _NONE:
                    kind = "removed"
                elif change.old_mode == _NONE and (change.blob or last is None):
                    kind = "added"
                row = _row(change.path, max(number, 1), kind, change.mode, change.blob, change.size, sha256)
                if kind == "added":
                    row["from_path"] = removed.get(change.blob, "")
                await file_versions.append(connection, {**shared, **row})
                new += 1
        return new


def _same(last: FileVersion | None, mode: str, blob: str) -> bool:
    return last is not None and (last.mode, last.blob) == (mode, blob)


def _row(path: str, number: int, kind: ChangeKind, mode: str, blob: str, size: int, bundle: str) -> Json:
    return {
        "path": path, "version": number, "kind": kind, "mode": mode, "blob": blob, "size": size,
        "bundle": bundle if blob else "", "from_path": "",
    }  # fmt: skip
