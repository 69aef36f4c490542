"""What is in a workspace and what was changed in it: looked at and committed inside, handed over as a bundle."""

from pathlib import Path

from forgecrew.agents.overview import overview
from forgecrew.core.command import Command
from forgecrew.core.errors import ForgecrewError, SandboxUnavailable
from forgecrew.ports.sandbox import Sandbox

BUNDLE_BYTES_MAX = 64 << 20
_COMMIT = Path(__file__).with_name("commit.sh").read_text(encoding="utf-8")


async def run(sandbox: Sandbox, script: str, *, timeout_seconds: float = 120) -> str:
    """Output of a script of ours in the workspace; a failing one gives an empty text."""
    result = await sandbox.exec(Command(("sh", "-c", script), timeout_seconds=timeout_seconds))
    return result.text if result.ok else ""


async def files(sandbox: Sandbox, lines_max: int = 80) -> str:
    """Names of the files of the checkout, the folders alone where there are too many."""
    return overview((await run(sandbox, "git ls-files")).splitlines(), lines_max)


async def diff(sandbox: Sandbox) -> str:
    """Everything that differs from the base, new files too, as one unified diff. Raises SandboxUnavailable."""
    script = "git add -A -N . && git diff refs/remotes/origin/base"
    result = await sandbox.exec(Command(("sh", "-c", script), timeout_seconds=120))
    if not result.ok:
        # An empty text would mean that nothing was changed.
        raise SandboxUnavailable(f"git diff failed inside the sandbox ({result.reason}): {result.text[-300:]}")
    return result.text


async def commit(sandbox: Sandbox, branch: str, message: str) -> str:
    """Commit everything on the branch inside the sandbox; gives the id of the head (unchanged without anything to commit)."""
    result = await sandbox.exec(Command(("sh", "-c", _COMMIT, "sh", branch), stdin=message.encode(), timeout_seconds=120))
    if not result.ok:
        raise SandboxUnavailable(f"git commit failed inside the sandbox: {result.text[-300:]}")
    return result.text.strip().splitlines()[-1]


async def bundle(sandbox: Sandbox, branch: str) -> bytes:
    """Bundle the branch's commits above the base inside, and read the file from outside."""
    script = f"rm -rf .git/out.bundle; git bundle create -q .git/out.bundle {branch} ^refs/remotes/origin/base && echo ok"
    if "ok" not in await run(sandbox, script):
        raise ForgecrewError("the branch has no commits above its base: there is nothing to hand over")
    return await sandbox.read(".git/out.bundle", bytes_max=BUNDLE_BYTES_MAX)
