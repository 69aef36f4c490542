"""Errors of TypeScript's compiler and of node."""

import re
from collections.abc import Collection

from forgecrew.core.program_error import Frame, Kind, ProgramError
from forgecrew.tools.run_code.own_files import innermost, own, shown

MESSAGE_CHARACTERS_MAX = 600
OTHERS_MAX = 7
_TSC = re.compile(
    r"^(?P<file>[^\n(]+?)(?:\((?P<line>\d+),\d+\):|:(?P<line2>\d+):\d+ -) error (?P<code>TS\d+): (?P<text>.*(?:\n {2,}.*)*)",
    re.MULTILINE,
)
_FRAME = re.compile(
    r"^\s+at (?:(?:async )?(?P<function>[^\n(]+?) \()?(?P<file>[^\n():]*(?:file://)?[^\n():]+):(?P<line>\d+):\d+\)?$",
    re.MULTILINE,
)
_ERROR = re.compile(
    r"^(?:Uncaught |\[)?(?P<name>(?:[A-Z]\w*)?(?:Error|Exception|Rejection))(?: \[(?P<code>\w+)\])?(?:: (?P<text>.*))?$",
    re.MULTILINE,
)
_PLACE = re.compile(r"^(?P<file>(?:file://)?/?[^\s:]+\.[cm]?[jt]sx?):(?P<line>\d+)$", re.MULTILINE)
KINDS: dict[str, Kind] = {
    "SyntaxError": "syntax", "ReferenceError": "name", "TypeError": "type", "AssertionError": "assertion",
    "RangeError": "runtime", "URIError": "encoding",
}  # fmt: skip


def tsc_error(text: str, files: Collection[str]) -> ProgramError | None:
    """The first error of tsc; further ones are `others`."""
    found = list(_TSC.finditer(text))
    if not found:
        return None
    first = found[0]
    code = first["code"]
    kind: Kind = "syntax" if code.startswith("TS1") and len(code) == 6 else "import" if code in ("TS2307", "TS2305") else "type"
    kind = "name" if code in ("TS2304", "TS2552", "TS2339", "TS2551") else kind
    others = [f"{own(one['file'], files)}:{one['line'] or one['line2']}: {_told(one)}" for one in found[1 : 1 + OTHERS_MAX]]
    file, line = own(first["file"], files), int(first["line"] or first["line2"])
    return ProgramError(kind, _told(first), file, line, (), tuple(others))


def node_error(text: str, files: Collection[str]) -> ProgramError | None:
    """The last error that ended node, with its message up to the first frame."""
    errors = [one for one in _ERROR.finditer(text)]
    if not errors:
        return _bare(text, files)
    # `[cause]` and printed errors come in between: what ended the program has the source line and its arrow before it.
    place = next(iter(_PLACE.finditer(text)), None)
    error = next((one for one in errors if place is None or one.start() > place.end()), errors[0])
    rest = text[error.end() :]
    first_frame = re.search(r"^\s+at ", rest, re.MULTILINE)
    more = rest[: first_frame.start()] if first_frame else rest.split("\n\nNode.js")[0]
    frames = [Frame(own(one["file"], files), int(one["line"]), one["function"] or "") for one in _FRAME.finditer(rest)]
    frames.reverse()
    at = innermost(frames, files)
    if (at is None or at.file not in files) and place:
        at = Frame(own(place["file"], files), int(place["line"]))
    told = f"{error['name']}: {error['text'] or ''}{_tidy(more)}".strip().removesuffix(":")
    kind = KINDS.get(error["name"], "runtime")
    if error["code"] in ("MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND") or "Cannot find module" in told:
        kind = "import"
    if "Maximum call stack" in told:
        kind = "recursion"
    mine = at is not None and at.file in files
    return ProgramError(
        kind, told[:MESSAGE_CHARACTERS_MAX], at.file if at and mine else "", at.line if at and mine else 0, shown(frames, files)
    )


def _bare(text: str, files: Collection[str]) -> ProgramError | None:
    """A thrown value that is no Error, a promise that nobody waited for."""
    if thrown := re.search(r"^Uncaught:?\s*\n?(.+)$|^\s*throw .+\n\s*\^\n(.*)$", text, re.MULTILINE):
        place = next(iter(_PLACE.finditer(text)), None)
        told = (thrown[1] or thrown[2] or "").strip() or "a value that is no Error was thrown"
        return ProgramError(
            "runtime", f"thrown: {told}", own(place["file"], files) if place else "", int(place["line"]) if place else 0
        )
    if waits := re.search(r"^Warning: Detected unsettled top-level await at (\S+?):(\d+)", text, re.MULTILINE):
        return ProgramError("runtime", "a top-level await never settles", own(waits[1], files), int(waits[2]))
    return None


def _told(match: re.Match[str]) -> str:
    return f"{match['code']}: " + " ".join(line.strip() for line in match["text"].split("\n"))[:MESSAGE_CHARACTERS_MAX]


def _tidy(text: str) -> str:
    lines = [
        line.rstrip()
        for line in text.split("\n")
        if line.strip() and not line.lstrip().startswith(("generatedMessage", "code:"))
    ]
    return "\n" + "\n".join(lines) if lines else ""
