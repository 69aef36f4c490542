"""The pull request's tests on the old and on the new code, run in a fresh sandbox of the demo's own."""

from pathlib import Path

from forgecrew.app.connect_sandbox import sandboxes
from forgecrew.app.demo.before_and_after import before_and_after
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ForgecrewError, WorldError
from forgecrew.core.pull_request import PullRequest
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.git.code_host import connect as code_host
from forgecrew.ports.forge import Forge


async def check_tests(settings: Settings, forge: Forge, repo: RepoRef, pull: PullRequest) -> tuple[int, int]:
    """Run the pull request's tests on the old and the new code, in a sandbox of the demo's own: failures before and after."""
    code = code_host(work_folder(settings.home, "mirror"), list(load_read_secrets(settings.home).tokens.items()))
    boxes = sandboxes(settings, work_folder(settings.home, "sandboxes"))
    about = await forge.repositories.repo(repo)
    try:
        await code.refresh(repo, about.clone_url)
        base = await code.sha(repo, pull.base)
        bundle = await code.bundle(repo, {"refs/heads/head": pull.head_sha, "refs/heads/base": base or pull.base})
        sandbox = await boxes.create(SandboxSpec(id="demo-check", owner=str(repo)))
        try:
            return await before_and_after(sandbox, bundle)
        finally:
            await sandbox.destroy()
    except WorldError as error:
        raise ForgecrewError(f"the demo could not run the pull request's tests: {error}") from error


def work_folder(home: Path, name: str) -> Path:
    """A folder for the check's own mirror or sandboxes, apart from the crew's."""
    path = home / "check" / name
    path.mkdir(parents=True, exist_ok=True)
    return path
