"""Snapshots of a workspace after each step that may have changed it: taken inside the sandbox, kept outside as bundles.

What an agent delivers does not see them: they live in a git folder of their own below .git. A snapshot that fails costs
versions, never the run.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from forgecrew.core.command import Command
from forgecrew.core.errors import ForgecrewError, SandboxUnavailable
from forgecrew.core.file_version import PATH_CHARACTERS_MAX, FileChange, path_text
from forgecrew.core.signals import TellModel
from forgecrew.ports.file_versions import FileVersions
from forgecrew.ports.sandbox import Sandbox

SCRIPT = Path(__file__).with_suffix(".sh").read_text(encoding="utf-8")
FOLDER = ".git/forgecrew-versions"
FILE_KIB_MAX = 8192
"""Larger files are told, their bytes are not kept."""
LIST_BYTES_MAX, BUNDLE_BYTES_MAX = 4 << 20, 48 << 20
CHANGES_MAX = 2000
TIMEOUT_SECONDS = 60.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Author:
    """Whose change a snapshot is."""

    task_id: int
    run_id: str
    step: int
    name: str


async def snapshot(versions: FileVersions | None, sandbox: Sandbox, author: Author, path: str = "") -> int:
    """How many versions are new. `path` is kept although .gitignore names it. Raises SandboxUnavailable alone."""
    if versions is None:
        return 0
    try:
        return await _taken(versions, sandbox, author, path)
    except SandboxUnavailable:
        raise
    except (ForgecrewError, TellModel, SQLAlchemyError, OSError, ValueError) as problem:
        log.warning("run %s, step %s: its file versions are not kept: %s", author.run_id, author.step, problem)
        return 0


async def _taken(versions: FileVersions, sandbox: Sandbox, author: Author, path: str) -> int:
    argv = ("/bin/sh", "-c", SCRIPT, "sh", FOLDER, str(FILE_KIB_MAX), path)
    result = await sandbox.exec(Command(argv, timeout_seconds=TIMEOUT_SECONDS))
    if not result.ok:
        raise ForgecrewError(f"the snapshot failed ({result.reason}): {result.text[-300:].strip()}")
    try:
        listed = await sandbox.read(f"{FOLDER}/out.list", bytes_max=LIST_BYTES_MAX)
    except TellModel as problem:
        if "no such file" in str(problem):
            return 0
        raise
    if not listed:
        return 0
    changes = parse_list(listed)
    if len(changes) > CHANGES_MAX:
        log.warning("run %s, step %s changed %s files: only the first %s have versions", author.run_id, author.step,
                    len(changes), CHANGES_MAX)  # fmt: skip
        changes = changes[:CHANGES_MAX]
    bundle = b""
    if any(change.blob or change.old_blob for change in changes):
        bundle = await sandbox.read(f"{FOLDER}/out.bundle", bytes_max=BUNDLE_BYTES_MAX)
    kept = await versions.keep(author.task_id, author.run_id, author.step, author.name, changes, bundle)
    await sandbox.write(f"{FOLDER}/kept", b"1")
    return kept


def parse_list(listed: bytes) -> list[FileChange]:
    """The changes of out.list. Raises ValueError for what is none: whoever can write there may write anything."""
    fields = iter(listed.split(b"\0"))
    raw: list[tuple[list[str], bytes]] = []
    for meta in fields:
        if not meta:
            break
        raw.append((meta.decode("ascii").removeprefix(":").split(" "), next(fields, b"")))
    large: list[tuple[int, bytes]] = []
    sizes: dict[str, int] = {}
    for field in fields:
        if not field:
            break
        size, _, name = field.partition(b" ")
        large.append((int(size), name.removeprefix(b"./")))
    for line in next(fields, b"").decode("ascii").splitlines():
        blob, _, size = line.partition(" ")
        if size.isdigit():
            sizes[blob] = int(size)
    changes: list[FileChange] = []
    for (old_mode, mode, old_blob, blob, _), name in raw:
        if "160000" not in (old_mode, mode):
            changes.append(
                FileChange(
                    path_text(name), old_mode, old_blob.strip("0") and old_blob, mode, blob.strip("0") and blob,
                    sizes.get(blob, 0), sizes.get(old_blob, 0),
                )
            )  # fmt: skip
    changes += [FileChange(path_text(name), "000000", "", "100644", "", size) for size, name in large]
    return [change for change in changes if len(change.path) <= PATH_CHARACTERS_MAX]
