"""Bringing files of a workspace back to an earlier version, as new versions."""

from forgecrew.agents.versions import Author, snapshot
from forgecrew.core.errors import NotFound, RefusedError
from forgecrew.kernel.file_versions import StoredFileVersions
from forgecrew.kernel.restore_file import restore_file
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.version_store import VersionStore
from forgecrew.store.database import Database
from forgecrew.store.queries import file_versions


class Restoring:
    """Versions are rows of the database, their contents are read out of `store`."""

    def __init__(self, database: Database, store: VersionStore) -> None:
        self._database, self._store = database, store

    async def restore(self, sandbox: Sandbox, task_id: int, version_id: int, path: str) -> None:
        """One file, or without a path all of them, as they were when a version was made. Raises NotFound, RefusedError."""
        async with self._database.read() as connection:
            found = await file_versions.newest(connection, task_id, up_to=version_id)
        versions = [version for version in found if path in ("", version.path)]
        if not versions:
            raise NotFound("there is no such version")
        skipped: list[str] = []
        for version in versions:
            try:
                await restore_file(self._database, self._store, sandbox, version)
            except NotFound as problem:
                skipped.append(str(problem))
        author = Author(task_id, versions[-1].run_id, 0, "a person")
        await snapshot(StoredFileVersions(self._database), sandbox, author, versions[0].path if path else "")
        if skipped:
            raise RefusedError("; ".join(skipped[:5]))
