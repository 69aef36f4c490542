"""Whether a run was right, and if not, which error of its output is the one to mend."""

import re
from collections.abc import Callable, Collection
from dataclasses import replace

from forgecrew.core.command import Result
from forgecrew.core.program import Program
from forgecrew.core.program_error import Kind, ProgramError
from forgecrew.tools.run_code.compiled_errors import compiled_error
from forgecrew.tools.run_code.node_errors import node_error, tsc_error
from forgecrew.tools.run_code.python_errors import pytest_error, python_error
from forgecrew.tools.run_code.shell_errors import shell_error

Parser = Callable[[str, Collection[str]], ProgramError | None]
"""Reads an output, told the program's own files; None when it holds no such error."""

PARSERS: dict[str, tuple[Parser, ...]] = {
    "python": (pytest_error, python_error), "typescript": (tsc_error, node_error), "javascript": (node_error,),
    "shell": (shell_error,), "c": (compiled_error,), "cpp": (compiled_error,), "go": (compiled_error,),
    "rust": (compiled_error,),
}  # fmt: skip
LIMITS: dict[str, tuple[Kind, str]] = {
    "timeout": ("timeout", "it did not end within {seconds:g} s"),
    "oom": ("memory", "it used more memory than it may"),
    "output": ("limit", "it printed more than it may"),
    "pids": ("limit", "it started more processes than it may"),
    "cpu": ("limit", "it used more processor time than it may"),
    "disk": ("limit", "it wrote more to the disk than it may"),
    "killed": ("crash", "it was ended by a signal"),
    "lost": ("crash", "the sandbox ended before it"),
}
_SIGNALS = {134: "aborted", 136: "arithmetic fault (SIGFPE)", 139: "segmentation fault", 137: "killed"}
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
"""Another one in every run: it tells a model nothing, and the same question shall be asked in the same words."""
_MISSING = re.compile(r"^forgecrew-missing: (.*)", re.MULTILINE)


def judge(program: Program, result: Result, text: str) -> ProgramError | None:
    """None for a right run."""
    if result.ok:
        return _mismatch(program, text)
    if missing := _MISSING.search(text):
        return ProgramError("missing", missing[1])
    found = parse(program.language, text, program.everything)
    if result.reason in LIMITS:
        kind, words = LIMITS[result.reason]
        message = words.format(seconds=program.timeout_seconds)
        if found is None or kind != "timeout":
            return ProgramError(kind, message)
        at = f" (in {found.frames[-1].function}, line {found.line})" if found.frames and found.line else ""
        return ProgramError(kind, message + at, found.file, found.line, found.frames)
    if found is not None:
        return replace(found, message=_ADDRESS.sub("0x…", found.message))
    if result.exit_code in _SIGNALS:
        return ProgramError("crash", _SIGNALS[result.exit_code])
    last = [line.strip() for line in text.splitlines() if line.strip()][-3:]
    return ProgramError("exit", f"exit status {result.exit_code}" + (": " + " / ".join(last) if last else ", no output"))


def parse(language: str, text: str, files: Collection[str]) -> ProgramError | None:
    """The first error that a parser of the language finds."""
    for parser in PARSERS[language]:
        if found := parser(text, files):
            return found
    return None


def _mismatch(program: Program, text: str) -> ProgramError | None:
    if program.expected is None:
        return None
    wanted, given = _lines(program.expected), _lines(text)
    if wanted == given:
        return None
    for number, (want, have) in enumerate(zip(wanted, given, strict=False), 1):
        if want != have:
            return ProgramError("output", f"line {number} of the output is {_short(have)}, expected was {_short(want)}")
    more = f"{len(given)} lines, expected were {len(wanted)}"
    at = min(len(wanted), len(given))
    missing = f"; missing is {_short(wanted[at])}" if at < len(wanted) else f"; not expected is {_short(given[at])}"
    return ProgramError("output", f"the output has {more}{missing}")


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().split("\n")]


def _short(text: str) -> str:
    return repr(text if len(text) <= 120 else text[:117] + "…")
