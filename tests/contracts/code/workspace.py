"""A clone such as a sandbox holds, for making bundles."""

import tempfile
from pathlib import Path

from forgecrew.core.subject import RepoRef
from forgecrew.integrations.practice.seed import git, git_credentials
from tests.forges import Account, LiveForge, write_files

WHO = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in (("NAME", "c"), ("EMAIL", "c@x.org"))}


class Workspace:
    """A clone in which tests commit."""

    def __init__(self, folder: Path, email: str = "c@x.org") -> None:
        self.folder = folder
        self.who = WHO | {f"GIT_{role}_EMAIL": email for role in ("AUTHOR", "COMMITTER")}

    async def git(self, *arguments: str, **more: str) -> str:
        """Output of git in the clone."""
        return (await git("-C", str(self.folder), *arguments, environment=self.who | more)).strip()

    async def commit(self, files: dict[str, str], message: str = "Change") -> str:
        """Commit files; gives the commit's id."""
        write_files(self.folder, files)
        await self.git("add", "--all", "--force")
        await self.git("commit", "--quiet", "-m", message)
        return await self.git("rev-parse", "HEAD")

    async def bundle(self, *names: str) -> bytes:
        """A bundle of what is new since the clone."""
        file = self.folder.parent / f"{self.folder.name}.bundle"
        await self.git("bundle", "create", "--quiet", str(file), *(names or ("HEAD",)), "^origin/main")
        return file.read_bytes()


async def clone(forge: LiveForge, who: Account, repo: RepoRef, folder: Path) -> Workspace:
    """Clone a repository."""
    place = Path(tempfile.mkdtemp(dir=folder)) / "clone"
    await git("clone", "--quiet", forge.clone_url(repo), str(place), environment=git_credentials(who.login, who.token))
    return Workspace(place, f"{who.login}@example.org")
