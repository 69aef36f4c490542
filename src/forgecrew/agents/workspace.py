"""The checkout inside the sandbox: made from a bundle, committed inside, handed over as a bundle."""

from dataclasses import dataclass

from forgecrew.agents.desk import Desk
from forgecrew.agents.way_out import with_way_out
from forgecrew.core.command import Command
from forgecrew.core.errors import ForgecrewError, SandboxUnavailable
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.ports.sandbox import Sandbox

BUNDLE_BYTES_MAX = 64 << 20

# The bundle comes through standard input. The run's id is written last: a half made checkout is made anew.
CHECKOUT = """set -e
git init -q .
cat > .git/in.bundle
git fetch -q .git/in.bundle '+refs/heads/*:refs/remotes/origin/*'
rm .git/in.bundle
git config user.name "$1"; git config user.email "$2"; git config advice.detachedHead false
git checkout -q -B "$3" "refs/remotes/origin/$4"
v=.git/forgecrew-versions
git init -q --bare --template= -b versions $v; mkdir -p $v/info; cp .git/index $v/index; printf '\\0' > $v/nul
echo ../../objects > $v/objects/info/alternates; echo '* -text -filter -ident -working-tree-encoding' > $v/info/attributes
git --git-dir=$v update-ref HEAD "$(git commit-tree -m start 'HEAD^{tree}')"
for setting in "core.bare false" "maintenance.auto false" "gc.auto 0"; do git --git-dir=$v config $setting; done
printf %s "$5" > .git/forgecrew-run
"""

# Wherever the agent's own git commands led: what is handed over is the branch with the files as they are.
_COMMIT = """set -e
git update-ref "refs/heads/$1" HEAD
git symbolic-ref HEAD "refs/heads/$1"
git add -A
git diff --cached --quiet || git commit -q --no-verify -F -
git rev-parse HEAD
"""


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
        result = await sandbox.exec(Command(("sh", "-c", CHECKOUT, "sh", *arguments), stdin=bundle, timeout_seconds=300))
    except OSError as error:
        raise SandboxUnavailable(f"the workspace cannot be made ({error}): see `forgecrew doctor`") from error
    if not result.ok:
        raise SandboxUnavailable(f"the checkout failed inside the sandbox ({result.reason}): {result.text[-300:]}")
    return sandbox


async def run(sandbox: Sandbox, script: str, *, timeout_seconds: float = 120) -> str:
    """Output of a script of ours in the workspace; a failing one gives an empty text."""
    result = await sandbox.exec(Command(("sh", "-c", script), timeout_seconds=timeout_seconds))
    return result.text if result.ok else ""


async def files(sandbox: Sandbox, lines_max: int = 80) -> str:
    """Names of the files of the checkout, the folders alone where there are too many."""
    script = (
        f"n=$(git ls-files | wc -l); if [ $n -le {lines_max} ]; then git ls-files;"
        f" else echo \"$n files in\"; git ls-files | sed 's|[^/]*$||' | sort | uniq -c | head -{lines_max}; fi"
    )
    return (await run(sandbox, script)).strip()


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


async def hand_over(desk: Desk, sandbox: Sandbox, branch: str) -> str:
    """Bundle the branch's commits above the base inside, read the file from outside, store it; gives its SHA-256."""
    script = f"rm -rf .git/out.bundle; git bundle create -q .git/out.bundle {branch} ^refs/remotes/origin/base && echo ok"
    if "ok" not in await run(sandbox, script):
        raise ForgecrewError("the branch has no commits above its base: there is nothing to hand over")
    content = await sandbox.read(".git/out.bundle", bytes_max=BUNDLE_BYTES_MAX)
    return await desk.outbox.keep_bytes(content)
