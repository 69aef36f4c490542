"""File versions out of bundles: each is checked object by object in a fresh bare repository, and nothing is checked out."""

import re
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from forgecrew.core.errors import ForgeUnavailable, NotFound, RefusedError
from forgecrew.core.file_version import EMPTY_BLOB
from forgecrew.integrations.git.bare import Bare
from forgecrew.integrations.git.checks import BUNDLE_BYTES_MAX, CHECK_SECONDS
from forgecrew.integrations.git.run import Git

_BLOB = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class GitVersionStore:
    """Implements ports.version_store.VersionStore."""

    def __init__(self, folder: Path, git: Git) -> None:
        self._folder, self._git = folder, replace(git, timeout_seconds=CHECK_SECONDS)

    async def read(self, bundle: bytes, blob: str) -> bytes:
        """The bytes of a blob."""
        if blob == EMPTY_BLOB:
            return b""
        with tempfile.TemporaryDirectory(prefix="versions-", dir=self._made()) as scratch:
            bare = await self._opened(Path(scratch), [bundle])
            await self._must_hold(bare, blob)
            return await self._git.run(bare.folder, "cat-file", "blob", blob)

    async def diff(self, bundles: Sequence[bytes], old: str, new: str) -> str:
        """A unified diff of two blobs."""
        with tempfile.TemporaryDirectory(prefix="versions-", dir=self._made()) as scratch:
            bare = await self._opened(Path(scratch), bundles)
            await self._git.run(bare.folder, "hash-object", "-w", "--stdin", stdin=b"")
            for blob in (old, new):
                await self._must_hold(bare, blob)
            told = await self._git.run(bare.folder, "diff", "--no-ext-diff", "--no-textconv", "--no-color", old, new)
        text = told.decode("utf-8", "replace")
        if (at := text.find("\n@@")) >= 0:
            return text[at + 1 :]
        return "Binary files differ\n" if "\nBinary files" in text else ""

    def _made(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self._folder

    async def _opened(self, folder: Path, bundles: Sequence[bytes]) -> Bare:
        bare = Bare(self._git, folder / "versions.git")
        await self._git.run(bare.folder, "init", "--quiet", "--bare", "--template=", str(bare.folder))
        for content in bundles:
            header = content.find(b"\n\nPACK")
            if len(content) > BUNDLE_BYTES_MAX or header < 0 or not content.startswith(b"# v"):
                raise RefusedError("what is stored is no bundle of file versions")
            try:
                await self._git.run(bare.folder, "index-pack", "--strict", "--stdin", stdin=content[header + 2 :])
            except ForgeUnavailable as error:  # not the forge's doing: trying again would take as long again
                raise RefusedError(f"the bundle takes too long to check: {error}") from error
        return bare

    async def _must_hold(self, bare: Bare, blob: str) -> None:
        if not _BLOB.fullmatch(blob) or not await self._git.succeeds(bare.folder, "cat-file", "-e", f"{blob}^{{blob}}"):
            raise NotFound("the bundle does not hold this version")


def connect(folder: Path) -> GitVersionStore:
    """Scratch repositories below a folder (no I/O yet)."""
    return GitVersionStore(folder, Git())
