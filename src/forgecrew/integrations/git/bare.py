"""A bare repository of our own that follows one on the forge, used by one process at a time."""

import asyncio
import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from forgecrew.core.subject import RepoRef
from forgecrew.integrations.git.run import Access, Git

_HEX = re.compile(r"[0-9a-f]{7,64}")
_NAME = re.compile(r"[^A-Za-z0-9._-]")


@dataclass(frozen=True, slots=True)
class Bare:
    """One bare repository; branches of the forge lie in refs/heads/."""

    git: Git
    folder: Path

    @asynccontextmanager
    async def locked(self) -> AsyncGenerator[None]:
        """Hold the repository against every other task and process; makes it when it is new."""
        self.folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.folder.with_suffix(".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    await asyncio.sleep(0.02)
            if not (self.folder / "HEAD").exists():
                await self._make()
            yield
        finally:
            os.close(descriptor)

    async def fetch(self, access: Access, *refspecs: str) -> None:
        """Bring refs up to date. Raises ForgeUnavailable or RefusedError."""
        await self.git.run(
            self.folder, "fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules",
            access.clone_url, *refspecs, access=access,
        )  # fmt: skip

    async def sha(self, ref: str) -> str | None:
        """Full commit id of a branch, or of a commit by its id; None when it is not here."""
        for name in (f"refs/heads/{ref}", f"refs/{ref}", ref if _HEX.fullmatch(ref) else ""):
            if name and (found := await self.commit(name)):
                return found
        return None

    async def commit(self, name: str) -> str | None:
        """Full id of the commit behind a full ref name or an id."""
        output = await self.git.run(self.folder, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}", codes=(0, 1, 128))
        return output.decode().strip() or None

    @asynccontextmanager
    async def beside(self) -> AsyncGenerator["Bare"]:
        """A fresh bare repository that sees our objects, gone at the end: what goes wrong in it leaves no trace here."""
        folder = Path(tempfile.mkdtemp(prefix="beside-", dir=self.folder.parent))
        try:
            await self.git.run(folder, "init", "--quiet", "--bare", "--template=", str(folder))
            info = folder / "objects" / "info"
            info.mkdir(parents=True, exist_ok=True)
            (info / "alternates").write_text(f"{self.folder / 'objects'}\n")
            yield Bare(self.git, folder)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _make(self) -> None:
        made = Path(tempfile.mkdtemp(prefix="new-", dir=self.folder.parent))
        await self.git.run(made, "init", "--quiet", "--bare", "--template=", "--initial-branch=main", str(made))
        if self.folder.exists():
            shutil.rmtree(self.folder)
        made.rename(self.folder)


def bare_of(git: Git, folder: Path, repo: RepoRef) -> Bare:
    """The bare repository of one repository of the forge, somewhere below a folder of ours."""
    owner, name = (_NAME.sub("_", part).lstrip(".") or "_" for part in (repo.owner, repo.name))
    return Bare(git, folder.resolve() / owner.lower() / f"{name.lower()}.git")
