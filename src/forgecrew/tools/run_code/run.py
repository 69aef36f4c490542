"""One run of a program: laid out, started as its language asks, judged."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from forgecrew.core.clamp import clamp
from forgecrew.core.command import Command, Reason, Result
from forgecrew.core.program import Program
from forgecrew.core.program_error import ProgramError
from forgecrew.ports.sandbox import Sandbox
from forgecrew.tools.run_code.judge import judge

FOLDER = Path(__file__).parent
LOG_CHARACTERS_MAX = 40_000
BUILD_SECONDS = 120.0
"""What compilers may take before the program's own time begins."""
GRACE_SECONDS = 3.0
_TEST_FUNCTIONS = re.compile(r"^(?:async )?def test_|^(?:import|from) pytest|^class Test", re.MULTILINE)
_SUFFIXES = {"c": ".c", "cpp": (".cpp", ".cc", ".cxx"), "go": ".go"}


@dataclass(frozen=True, slots=True)
class ProgramRun:
    """What came of one run; error is None when it was right."""

    exit_code: int | None
    reason: Reason
    log: str
    seconds: float
    error: ProgramError | None


async def run_program(sandbox: Sandbox, program: Program, on_output: Callable[[bytes], None] | None = None) -> ProgramRun:
    """Lay out the files and run. A failing program is a result; raises SandboxUnavailable, TellModel for a refused path."""
    for path, text in program.everything.items():
        await sandbox.write(path, text.encode("utf-8", "replace"))
    result = await sandbox.exec(command_of(program), on_output)
    result = _timely(result)
    text = result.text.replace("\r\n", "\n") + (f"\n{result.where}" if result.where else "")
    error = judge(program, result, text)
    return ProgramRun(result.exit_code, result.reason, clamp(text, LOG_CHARACTERS_MAX), result.wall_seconds, error)


def command_of(program: Program) -> Command:
    """How it is started."""
    seconds, stdin = program.timeout_seconds, program.stdin.encode()
    if program.command:
        return Command(("/bin/sh", "-c", program.command), stdin=stdin, timeout_seconds=seconds)
    entry = program.test_file if program.tests else program.entry
    name = "pytest" if program.language == "python" and _TEST_FUNCTIONS.search(program.tests) else program.language
    builds = program.language not in ("python", "javascript", "shell")
    script = (FOLDER / f"{name}.sh").read_text(encoding="utf-8")
    sources = [path for path in program.files if path.endswith(_SUFFIXES.get(program.language, "\0"))]
    return Command(
        ("/bin/sh", "-c", script, "sh", entry, f"{seconds:g}", *sources), stdin=stdin,
        env=(("NO_COLOR", "1"), ("PYTHONUNBUFFERED", "1"), ("PYTHONIOENCODING", "utf-8")),
        timeout_seconds=seconds + GRACE_SECONDS + (BUILD_SECONDS if builds else 0.0),
    )  # fmt: skip


def _timely(result: Result) -> Result:
    """What `timeout` ended inside counts as ended by its time."""
    if result.reason == "exit" and result.exit_code == 124:
        return Result(
            result.exit_code, "timeout", result.output, result.dropped_bytes, result.wall_seconds, result.cpu_seconds,
            result.peak_memory_bytes,
        )  # fmt: skip
    return result
