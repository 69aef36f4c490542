"""One line of doctor's report."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """`state` fail makes doctor exit with 1; `fix` is what to do, a command where there is one."""

    part: str
    name: str
    state: Literal["ok", "warn", "fail"]
    detail: str = ""
    fix: str = ""
