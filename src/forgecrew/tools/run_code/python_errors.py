"""Errors of Python: tracebacks, syntax errors, dumps of a program that hangs, pytest."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from forgecrew.core.program_error import Frame, Kind, ProgramError
from forgecrew.tools.run_code.own_files import innermost, own, shown

MESSAGE_CHARACTERS_MAX = 600
_FRAME = re.compile(r'^\s*File "(?P<file>[^"\n]+)", line (?P<line>\d+)(?:,? in (?P<function>.+))?$', re.MULTILINE)
_LAST = re.compile(r"^(?P<name>[A-Za-z_][\w.]*)(?:: (?P<text>.*))?$")
_BEGIN = re.compile(r"^(?:Traceback \(most recent call last\):|\s*\+ Exception Group Traceback .*)$", re.MULTILINE)
_GROUP = re.compile(r"^ *[|+](?:-*(?: ?\d+ ?-*)?|[ -])? ?", re.MULTILINE)
_ASIDE = re.compile(r"never retrieved|never awaited|^Exception ignored|^(?:future|task): ", re.MULTILINE)
"""Tracebacks after these words are told at the end of a program that had ended by another one."""
_UNAWAITED = re.compile(r"RuntimeWarning: (coroutine '.*' was never awaited)$", re.MULTILINE)
_HANG = re.compile(r"^(?:Current thread|Thread) 0x\w+ .*\(most recent call first\):$", re.MULTILINE)
_PYTEST = re.compile(
    r"^(?P<file>[^\s:]+\.py):(?P<line>\d+): (?:in (?P<function>\S+)|(?P<name>\w+(?:Error|Exception)?)$)", re.MULTILINE
)
KINDS: dict[str, Kind] = {
    "SyntaxError": "syntax", "IndentationError": "syntax", "TabError": "syntax", "NameError": "name",
    "UnboundLocalError": "name", "TypeError": "type", "ImportError": "import", "ModuleNotFoundError": "import",
    "AssertionError": "assertion", "RecursionError": "recursion", "UnicodeDecodeError": "encoding",
    "UnicodeEncodeError": "encoding", "MemoryError": "memory",
}  # fmt: skip


def python_error(text: str, files: Collection[str]) -> ProgramError | None:
    """The last traceback: of chained ones it is what ended the program."""
    if hang := _HANG.search(text):
        return _hanging(text[hang.end() :], files)
    every = list(_BEGIN.finditer(text))
    begins = [one for one in every if not _ASIDE.search("\n".join(text[: one.start()].split("\n")[-3:]))] or every
    found = _last(begins, text, files)
    forgotten = tuple(dict.fromkeys(_UNAWAITED.findall(text)))
    return replace(found, others=forgotten) if found and forgotten else found


def _last(begins: Sequence[re.Match[str]], text: str, files: Collection[str]) -> ProgramError | None:
    if begins and "Exception Group" in begins[-1][0]:
        return _traceback(_GROUP.sub("", text[begins[-1].start() :]), files)
    if begins:
        return _traceback(text[begins[-1].end() :], files)
    # A syntax error of the entry itself comes without a heading.
    return _traceback(text, files) if re.search(r"^(?:Syntax|Indentation|Tab)Error: ", text, re.MULTILINE) else None


def pytest_error(text: str, files: Collection[str]) -> ProgramError | None:
    """The first failure or collection error of a run with --tb=short."""
    found = re.search(r"^=+ (?:FAILURES|ERRORS) =+$", text, re.MULTILINE)
    if not found:
        return None
    blocks = re.split(r"^_{3,} .+ _{3,}$", text[found.end() :].split("short test summary")[0], flags=re.MULTILINE)
    block = next((block for block in blocks if block.strip()), "")
    frames = [Frame(own(one["file"], files), int(one["line"]), one["function"] or "") for one in _PYTEST.finditer(block)]
    frames = [frame for frame in frames if frame.line]
    told = re.findall(r"^E   ?(.*)$", block, re.MULTILINE)
    if not told:
        return python_error(block, files)
    message = "\n".join(line.strip() for line in told).strip()
    inner = [
        Frame(own(one["file"], files), int(one["line"]))
        for one in re.finditer(r'^E +File "(?P<file>[^"]+)", line (?P<line>\d+)', block, re.MULTILINE)
    ]
    place = innermost([*frames, *inner], files)
    name = re.match(r"(\w+(?:Error|Exception)\b)", message) or re.search(r"^(\w+(?:Error|Exception)): ", message, re.MULTILINE)
    kind = KINDS.get(name[1], "runtime") if name else "assertion"
    others = [line.strip() for line in re.findall(r"^(?:FAILED|ERROR) (.+)$", text, re.MULTILINE)]
    return ProgramError(
        kind, message[:MESSAGE_CHARACTERS_MAX], place.file if place else "", place.line if place else 0, shown(frames, files),
        tuple(others[1:8]),
    )  # fmt: skip


def _traceback(text: str, files: Collection[str]) -> ProgramError | None:
    frames: list[Frame] = []
    message: list[str] = []
    name = source = ""
    for line in text.split("\n"):
        if not name and (frame := _FRAME.match(line)):
            frames.append(Frame(own(frame["file"], files), int(frame["line"]), (frame["function"] or "").strip()))
            source = ""
        elif not name and not source and line.startswith("    "):
            source = line.strip()
        elif not name and not line.startswith((" ", "\t")) and (last := _LAST.match(line)) and frames:
            name, message = last["name"], [last["text"] or ""]
        elif name and (not line.strip() or _ASIDE.search(line)):
            break
        elif name:
            message.append(line)
    if not name:
        return None
    short = name.rpartition(".")[2]
    # Of two bare assertions in one function only their text tells which one failed.
    told = "\n".join(message).strip() or (source if short == "AssertionError" else "")
    place = innermost(frames, files)
    return ProgramError(
        KINDS.get(short, "runtime"), (f"{short}: {told}" if told else short)[:MESSAGE_CHARACTERS_MAX],
        place.file if place else "", place.line if place else 0, shown(frames, files),
    )  # fmt: skip


def _hanging(text: str, files: Collection[str]) -> ProgramError | None:
    """faulthandler tells the innermost frame first."""
    block = re.split(r"\n\s*\n|\nThread ", text.strip("\n"))[0]
    frames = [
        Frame(own(one["file"], files), int(one["line"]), (one["function"] or "").strip()) for one in _FRAME.finditer(block)
    ]
    frames.reverse()
    place = innermost(frames, files)
    return ProgramError("timeout", "it hangs", place.file, place.line, shown(frames, files)) if place else None
