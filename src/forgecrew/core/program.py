"""A small program of one language, and how it is found out whether it is right."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

Language = Literal["python", "typescript", "javascript", "shell", "c", "cpp", "go", "rust"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
ENTRIES: Mapping[Language, str] = {
    "python": "main.py", "typescript": "main.ts", "javascript": "main.js", "shell": "main.sh", "c": "main.c", "cpp": "main.cpp",
    "go": "main.go", "rust": "main.rs",
}  # fmt: skip
TESTABLE: tuple[Language, ...] = ("python", "typescript", "javascript", "shell")
"""Languages whose tests are a program of their own, which imports the other one; others are judged by their output."""
SECONDS_DEFAULT = 10.0


@dataclass(frozen=True, slots=True)
class Program:
    """`files` maps relative paths to texts; `tests` is the text of a test program that runs instead of the entry.

    `command`, a line for /bin/sh, runs instead of both. `expected` is the output of a right run; None asks for none. Right
    is a run that ends with exit status 0 and, if expected, that output (spaces at the ends of lines do not count).
    """

    language: Language
    entry: str
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    stdin: str = ""
    expected: str | None = None
    tests: str = ""
    command: str = ""
    timeout_seconds: float = SECONDS_DEFAULT

    @property
    def test_file(self) -> str:
        """Where the tests lie, beside the entry: test_main.py, test_main.ts; nobody but the asker may change it."""
        folder, slash, name = self.entry.rpartition("/")
        return f"{folder}{slash}test_{name}"

    @property
    def everything(self) -> Mapping[str, str]:
        """All files that are laid out before a run."""
        return {**self.files, self.test_file: self.tests} if self.tests else self.files
