"""One run of a repository's tests and its figures."""

from dataclasses import dataclass
from typing import ClassVar

from forgecrew.core.clamp import clamp, ends
from forgecrew.core.command import Command, Reason
from forgecrew.ports.sandbox import Sandbox
from forgecrew.tools.run_tests.detect import find_test_command
from forgecrew.tools.run_tests.summaries import summary

TAIL_CHARACTERS_MAX = 3000
LOOKED_AT_MAX = 400_000
"""Characters of output in which figures are looked for; of more, head and tail."""
FAILING_MAX = 50
ENV = (("PYTHONDONTWRITEBYTECODE", "1"), ("NO_COLOR", "1"), ("CI", "1"))


@dataclass(frozen=True, slots=True)
class TestRun:
    """How it ended; figures are 0 where the runner printed none. `failing` names tests as the runner does."""

    __test__: ClassVar[bool] = False

    command: str
    exit_code: int | None
    reason: Reason
    passed: int
    failed: int
    errors: int
    failing: tuple[str, ...]
    tail: str

    @property
    def ok(self) -> bool:
        """The runner ended by itself and was content."""
        return self.reason == "exit" and self.exit_code == 0 and not self.failed and not self.errors


async def run_tests(sandbox: Sandbox, command: str | None, timeout_seconds: float) -> TestRun:
    """Run the command, or the one that the repository's files show; with neither, command is empty and nothing ran."""
    command = command or await find_test_command(sandbox)
    if not command:
        return TestRun("", None, "exit", 0, 0, 0, (), "")
    result = await sandbox.exec(Command(("/bin/sh", "-c", command), env=ENV, timeout_seconds=timeout_seconds))
    text = ends(result.text, LOOKED_AT_MAX)
    found = summary(text)
    tail = clamp(text.strip("\n"), TAIL_CHARACTERS_MAX, "tail") + (f"\n[{result.note}]" if result.note else "")
    tail += f"\nWhere it was then:\n{result.where}" if result.where else ""
    return TestRun(
        command=command,
        exit_code=result.exit_code,
        reason=result.reason,
        passed=found.passed,
        failed=found.failed,
        errors=found.errors,
        failing=found.failing[:FAILING_MAX],
        tail=tail,
    )
