"""What really came out of the demo's job, measured from outside: forge, git and tests, not what the crew says of itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from forgecrew.app.connections import sandboxes
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.app.settings import Settings
from forgecrew.core.command import Command
from forgecrew.core.errors import ForgecrewError, WorldError
from forgecrew.core.issue import Issue
from forgecrew.core.pull_request import PullRequest
from forgecrew.core.review import Review
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.git.code_host import connect as code_host
from forgecrew.ports.code_host import CodeHost
from forgecrew.ports.forge import Forge
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.sandbox_backend import SandboxBackend
from forgecrew.tools.run_tests import run_tests

_CHECKOUT = """set -e
git init -q . ; cat > .git/in.bundle
git fetch -q .git/in.bundle '+refs/heads/*:refs/remotes/origin/*' ; rm .git/in.bundle
git checkout -q --detach refs/remotes/origin/head
"""
_OLD_CODE = "git checkout -q --detach refs/remotes/origin/base && git checkout -q refs/remotes/origin/head -- tests"


@dataclass(frozen=True, slots=True)
class ForgeFigures:
    """What stands on the forge: the issue, its pull request, reviews, comments by agents and reactions."""

    issue: Issue
    pull: PullRequest | None
    reviews: tuple[Review, ...]
    comments: int
    comments_per_task_max: int
    reactions: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """A pull request that is no draft and whose present head is approved by another account than its author's."""
        if self.pull is None or self.pull.draft:
            return False
        pull = self.pull
        return any(
            one.state == "APPROVED" and one.commit_sha == pull.head_sha and one.reviewer != pull.author for one in self.reviews
        )


async def on_the_forge(forge: Forge, repo: RepoRef, number: int, agents: Sequence[str]) -> ForgeFigures:
    """Look at the issue and at the newest pull request that says it closes it."""
    issue = await forge.issues.issue(repo, number)
    pulls = [one for one in await forge.issues.search(filter="all") if one.is_pull and one.repo == repo]
    places = [number, *(one.number for one in pulls)]
    bodies = [one.body for place in places for one in await forge.issues.comments(repo, place) if one.author in agents]
    marks = [mark for body in bodies if (mark := status_mark(body))]
    reactions = [f"{one.user}:{one.content}" for place in places for one in await forge.issues.reactions(repo, place)]
    pull = await forge.pulls.pull(repo, max(one.number for one in pulls)) if pulls else None
    reviews = await forge.pulls.reviews(repo, pull.number) if pull else []
    submitted = tuple(one for one in reviews if one.state not in ("PENDING", "REQUEST_REVIEW"))
    most = max((marks.count(mark) for mark in set(marks)), default=0)
    return ForgeFigures(issue, pull, submitted, len(bodies), most, tuple(reactions))


def status_mark(body: str) -> str:
    """The hidden mark of a status comment, empty for any other comment."""
    start = body.find("<!-- forgecrew:status:")
    return body[start : body.find("-->", start)] if start >= 0 else ""


async def check_tests(settings: Settings, forge: Forge, repo: RepoRef, found: ForgeFigures) -> tuple[int, int]:
    """Run the pull request's tests on the old and the new code, in a sandbox of the demo's own: failures before and after."""
    assert found.pull is not None
    code = code_host(work_folder(settings.home, "mirror"), list(load_read_secrets(settings.home).tokens.items()))
    boxes = sandboxes(settings, work_folder(settings.home, "sandboxes"))
    about = await forge.repositories.repo(repo)
    try:
        return await tests(code, boxes, repo, about.clone_url, found.pull)
    except (WorldError, RuntimeError) as error:
        raise ForgecrewError(f"the demo could not run the pull request's tests: {error}") from error


async def tests(code: CodeHost, sandboxes: SandboxBackend, repo: RepoRef, clone_url: str, pull: PullRequest) -> tuple[int, int]:
    """Failures of the pull request's tests on the old code and on its own head, run in a fresh sandbox."""
    await code.refresh(repo, clone_url)
    base = await code.sha(repo, pull.base)
    bundle = await code.bundle(repo, {"refs/heads/head": pull.head_sha, "refs/heads/base": base or pull.base})
    sandbox = await sandboxes.create(SandboxSpec(id="demo-check", owner=str(repo)))
    try:
        result = await sandbox.exec(Command(("sh", "-c", _CHECKOUT), stdin=bundle, timeout_seconds=120))
        if not result.ok:
            raise RuntimeError(f"the demo's check could not check out the pull request: {result.text[-300:]}")
        after = await failures(sandbox)
        await sandbox.exec(Command(("sh", "-c", _OLD_CODE), timeout_seconds=60))
        return await failures(sandbox), after
    finally:
        await sandbox.destroy()


async def failures(sandbox: Sandbox) -> int:
    """Failing tests; a runner that did not end well without telling a number counts as one."""
    found = await run_tests(sandbox, None, 300)
    broken = found.failed + found.errors
    return broken if broken or found.exit_code == 0 else 1


def work_folder(home: Path, name: str) -> Path:
    """A folder for the check's own mirror or sandboxes, apart from the crew's."""
    path = home / "check" / name
    path.mkdir(parents=True, exist_ok=True)
    return path
