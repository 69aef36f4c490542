"""Errors of sh and bash."""

import re
from collections.abc import Collection

from forgecrew.core.program_error import Kind, ProgramError
from forgecrew.tools.run_code.own_files import own

_LINE = re.compile(r"^(?P<file>[^\s:][^\n:]*): (?:line )?(?P<line>\d+): (?P<text>.*)$", re.MULTILINE)


def shell_error(text: str, files: Collection[str]) -> ProgramError | None:
    """The last complaint of the shell about one of the program's files: with `set -e` it is what ended it."""
    found = [one for one in _LINE.finditer(text) if own(one["file"], files) in files]
    if not found:
        return None
    last = next((one for one in found if "yntax error" in one["text"]), found[-1])
    told = last["text"].strip()
    kind: Kind = "runtime"
    if "yntax error" in told or "unexpected" in told:
        kind = "syntax"
    elif "not found" in told or "parameter not set" in told or "unbound variable" in told:
        kind = "name"
    return ProgramError(kind, told, own(last["file"], files), int(last["line"]))
