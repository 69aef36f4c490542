"""Running a repository's own tests as a journaled step."""

from dataclasses import asdict, dataclass
from typing import Any

from forgecrew.agents.desk import Desk
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
    def ran(self) -> int:
        """How many tests there were."""
        return self.passed + self.broken


async def run_all(desk: Desk, sandbox: Sandbox, name: str) -> TestRun:
    """All tests; a repository without tests that we can run gives zero of everything and no command."""

    async def go() -> dict[str, Any]:
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
        return asdict(TestRun(found.command, found.passed, broken, summary, found.tail))

    return TestRun(**await desk.journal.step(f"test {name}", go, timeout_seconds=TIMEOUT_SECONDS + 60, retries=1))
