"""What went wrong when a program ran, as its language told it: one place, one message, and a mark to know it again."""

import re
from dataclasses import dataclass
from typing import Literal

from forgecrew.core.json import digest

Kind = Literal[
    "syntax", "name", "type", "import", "assertion", "recursion", "encoding", "runtime", "compile", "link", "output",
    "timeout", "memory", "crash", "limit", "exit", "missing",
]  # fmt: skip
"""`output`: it ran, but printed something else than was expected. `missing`: this machine has no toolchain for it."""

_NOISE = re.compile(
    r"0x[0-9a-fA-F]+|/tmp/[\w./-]+|\b\d+(?:\.\d+)?\s?(?:ms|s|seconds?)\b|\b(?:line|pid|thread|goroutine) \d+|'main' \(\d+\)"
    r"|\.\w{1,3}:\d+"
)
"""What differs between two runs with the same fault: addresses, scratch files, times, places."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One place on the way to the fault; function is empty where the language does not tell it."""

    file: str
    line: int
    function: str = ""


@dataclass(frozen=True, slots=True)
class ProgramError:
    """`frames` go from the outermost call to the innermost; `others` are further messages of the same run (compilers).

    file is empty and line 0 where nobody told a place; file is relative to the workspace when it is the program's own.
    """

    kind: Kind
    message: str
    file: str = ""
    line: int = 0
    frames: tuple[Frame, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def signature(self) -> str:
        """Equal for the same fault in another run, although lines have moved: an early end goes by it."""
        told = sorted(" ".join(_NOISE.sub("…", text).split()) for text in (self.message, *self.others))
        function = self.frames[-1].function if self.frames else ""
        return digest([self.kind, self.file, function, told])[:16]
