"""Where the versions of files that agents change are kept."""

from collections.abc import Sequence
from typing import Protocol

from forgecrew.core.file_version import FileChange


class FileVersions(Protocol):
    """Append-only per task; the same change of the same run and step again adds nothing."""

    async def keep(
        self, task_id: int, run_id: str, step: int, author: str, changes: Sequence[FileChange], bundle: bytes
    ) -> int:  # fmt: skip
        """Keep one snapshot: a version per file, whose blobs lie in the git bundle; gives how many are new."""
        ...
