"""Running a repository's own tests as a journaled step."""

from dataclasses import asdict, dataclass
from typing import Any

from forgecrew.agents.desk import Desk
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.ports.sandbox import Sandbox
from forgecrew.tools.run_tests import run_tests

TIMEOUT_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class TestRun:
    """One run of the tests. `broken` counts failures and errors (1 when the runner itself failed without a count)."""

    __test__ = False

    command: str
    passed: int
    broken: int
    summary: str
    tail: str

    @property
    def hint(self) -> str:
        """How to run the tests and how they stand, for notes to the model."""
        if not self.command:
            return "No way to run tests was found in this repository."
        return f"All tests run with: {self.command}\nThey give now: {self.summary}"

    @property
    def ran(self) -> int:
        """How many tests there were."""
        return self.passed + self.broken


async def run_all(desk: Desk, sandbox: Sandbox, name: str) -> TestRun:
    """All tests; a repository without tests that we can run gives zero of everything and no command.

    Raises SandboxUnavailable when the journal tells of tests that ran in a workspace which is no more.
    """
    ran = False

    async def go() -> dict[str, Any]:
        nonlocal ran
        ran = True
        found = await run_tests(sandbox, None, TIMEOUT_SECONDS)
        if not found.command:
            return asdict(TestRun("", 0, 0, "no tests found", ""))
        broken = found.failed + found.errors
        if not broken and (found.exit_code != 0 or found.reason != "exit"):
            broken = 1
        summary = f"{found.passed} passed, {broken} failed"
        if found.failing:
            summary += ": " + ", ".join(found.failing[:5])
        if found.reason != "exit":
            summary += f" (ended by {found.reason})"
        tail = "\n".join(part for part in (found.tail, desk.outlets.refused_lately()) if part)
        return asdict(TestRun(found.command, found.passed, broken, summary, tail))

    stored = await desk.journal.step(f"test {name}", go, timeout_seconds=TIMEOUT_SECONDS + 60, retries=1)
    if desk.made_anew and not ran:
        raise SandboxUnavailable("the workspace of this run is gone, and what was changed in it: the work begins again")
    desk.made_anew = False
    return TestRun(**stored)
