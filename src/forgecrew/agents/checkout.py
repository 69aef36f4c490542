"""The checkout inside the sandbox, made from a bundle of the mirror."""

from dataclasses import dataclass
from pathlib import Path

from forgecrew.agents.desk import Desk
from forgecrew.agents.way_out import with_way_out
from forgecrew.agents.workspace import run
from forgecrew.core.command import Command
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.ports.sandbox import Sandbox

SCRIPT = Path(__file__).with_suffix(".sh").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Checkout:
    """What a workspace holds: `branch` starts at `start`, a ref of the mirror (branch or commit id), named work inside."""

    branch: str
    start_sha: str
    base_sha: str
    author_name: str
    author_email: str


async def fetch(desk: Desk, clone_url: str, *shas: str) -> None:
    """Have commits in this worker's mirror; the forge is asked only when one is missing.

    Not journaled: another worker has a mirror of its own. Raises ForgeUnavailable or RefusedError.
    """
    repo = desk.task.subject.repo
    for sha in shas:
        if await desk.code.sha(repo, sha) is None:
            await desk.code.refresh(repo, clone_url)
            return


async def open_workspace(desk: Desk, checkout: Checkout, *, fresh: str = "") -> Sandbox:
    """The task's sandbox with this run's checkout, made from the mirror; what an earlier run left in it is thrown away.

    `fresh` names another sandbox than the task's own: reviews of a new head get a new one. Not journaled: attaching is
    harmless and a run that was taken over needs it again. Raises SandboxUnavailable.
    """
    spec = SandboxSpec(
        id=f"task-{desk.task.id}{'-' + fresh if fresh else ''}", owner=str(desk.task.subject.repo),
        profile=desk.house.sandbox_profile, mounts=desk.house.sandbox_mounts, path=desk.house.sandbox_path,
    )  # fmt: skip
    spec = await with_way_out(desk, spec, checkout.base_sha)
    wanted = {"refs/heads/start": checkout.start_sha, "refs/heads/base": checkout.base_sha}
    arguments = (checkout.author_name, checkout.author_email, checkout.branch, "start", desk.run_id)
    try:
        sandbox = await desk.sandboxes.create(spec)
        desk.opened.append(sandbox)
        if (await run(sandbox, "cat .git/forgecrew-run")).strip() == desk.run_id:
            return sandbox
        await sandbox.destroy()
        sandbox = desk.opened[-1] = await desk.sandboxes.create(spec)
        desk.made_anew = True
        bundle = await desk.code.bundle(desk.task.subject.repo, wanted)
        result = await sandbox.exec(Command(("sh", "-c", SCRIPT, "sh", *arguments), stdin=bundle, timeout_seconds=300))
    except OSError as error:
        raise SandboxUnavailable(f"the workspace cannot be made ({error}): see `forgecrew doctor`") from error
    if not result.ok:
        raise SandboxUnavailable(f"the checkout failed inside the sandbox ({result.reason}): {result.text[-300:]}")
    return sandbox
