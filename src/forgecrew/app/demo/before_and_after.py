"""A pull request's tests on the old and on the new code, inside a sandbox."""

from forgecrew.core.command import Command
from forgecrew.core.errors import ForgecrewError
from forgecrew.ports.sandbox import Sandbox
from forgecrew.tools.run_tests import run_tests

_CHECKOUT = """set -e
git init -q . ; cat > .git/in.bundle
git fetch -q .git/in.bundle '+refs/heads/*:refs/remotes/origin/*' ; rm .git/in.bundle
git checkout -q --detach refs/remotes/origin/head
"""
_OLD_CODE = "git checkout -q --detach refs/remotes/origin/base && git checkout -q refs/remotes/origin/head -- tests"


async def before_and_after(sandbox: Sandbox, bundle: bytes) -> tuple[int, int]:
    """Failures of the pull request's tests on the old code and on its own head."""
    result = await sandbox.exec(Command(("sh", "-c", _CHECKOUT), stdin=bundle, timeout_seconds=120))
    if not result.ok:
        raise ForgecrewError(f"the demo could not check out the pull request: {result.text[-300:]}")
    after = await failures(sandbox)
    await sandbox.exec(Command(("sh", "-c", _OLD_CODE), timeout_seconds=60))
    return await failures(sandbox), after


async def failures(sandbox: Sandbox) -> int:
    """Failing tests; a runner that did not end well without telling a number counts as one."""
    found = await run_tests(sandbox, None, 300)
    broken = found.failed + found.errors
    return broken if broken or found.exit_code == 0 else 1
