"""Wishes for a code run, checked: each becomes a code run, or a sentence that says what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from forgecrew.core.code_run import ATTEMPTS_DEFAULT, ATTEMPTS_MAX, CodeRun
from forgecrew.core.errors import RefusedError
from forgecrew.core.ids import new_id
from forgecrew.core.program import ENTRIES, LANGUAGES, SECONDS_DEFAULT, TESTABLE, Language, Program
from forgecrew.core.signals import TellModel
from forgecrew.core.workspace_path import workspace_path

FILES_MAX = 64
BYTES_MAX = 512 << 10
SECONDS_MAX = 300.0


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """`code` is the entry's text; `files` are several files by path; with neither, `goal` tells what is to be written."""

    language: str
    code: str = ""
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    goal: str = ""
    entry: str = ""
    stdin: str = ""
    expected: str | None = None
    tests: str = ""
    command: str = ""
    attempts_max: int = ATTEMPTS_DEFAULT
    timeout_seconds: float = SECONDS_DEFAULT


def code_run_of(request: CodeRequest) -> CodeRun:
    """A fresh code run. Raises RefusedError that says what to change."""
    if request.language not in LANGUAGES:
        raise RefusedError(f"language is {request.language!r}; allowed are {', '.join(LANGUAGES)}")
    language: Language = request.language
    if not 1 <= request.attempts_max <= ATTEMPTS_MAX:
        raise RefusedError(f"attempts_max is {request.attempts_max}; allowed is 1 to {ATTEMPTS_MAX}")
    if not 0.1 <= request.timeout_seconds <= SECONDS_MAX:
        raise RefusedError(f"timeout_seconds is {request.timeout_seconds:g}; allowed is 0.1 to {SECONDS_MAX:g}")
    files = dict(request.files)
    entry = _path(request.entry or (next(iter(files)) if len(files) == 1 else ENTRIES[language]))
    if request.code:
        files[entry] = request.code
    files = {_path(name): text for name, text in files.items()}
    if not files and not request.goal.strip():
        raise RefusedError("there is nothing to run: give code, files, or a goal that tells what is to be written")
    if files and entry not in files:
        raise RefusedError(f"the entry {entry} is not among the files: {', '.join(sorted(files)[:8])}")
    if request.tests and language not in TESTABLE and not request.command:
        raise RefusedError(f"tests run for {', '.join(TESTABLE)}; for {language} give the expected output, or a command")
    program = Program(
        language, entry, files, request.stdin, request.expected, request.tests, request.command, request.timeout_seconds
    )
    texts = [
        *program.everything,
        *program.everything.values(),
        request.goal,
        request.stdin,
        request.expected or "",
        request.command,
    ]
    _bound(texts, len(files))
    if program.tests and program.test_file in files:
        raise RefusedError(f"{program.test_file} is the name under which the tests lie: give that file another one")
    return CodeRun(new_id(), program, request.goal, request.attempts_max)


def _path(name: str) -> str:
    try:
        return workspace_path(name)
    except TellModel as problem:
        raise RefusedError(str(problem)) from None


def _bound(texts: list[str], files: int) -> None:
    if files > FILES_MAX:
        raise RefusedError(f"there are {files} files; allowed are {FILES_MAX}")
    try:
        size = sum(len(text.encode()) for text in texts)
    except UnicodeEncodeError:
        raise RefusedError("a text holds half a character (a lone surrogate): send it as UTF-8") from None
    if size > BYTES_MAX:
        raise RefusedError(f"all texts together are {size >> 10} KiB; allowed are {BYTES_MAX >> 10}")
    if any("\0" in text for text in texts):
        raise RefusedError("a text holds the character NUL, which no program needs: write it as an escape")
