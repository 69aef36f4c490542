"""Errors of compiled languages: gcc, clang, their linkers, go, rustc, and the panics of Go and Rust."""

import re
from collections.abc import Callable, Collection, Iterator

from forgecrew.core.program_error import Frame, Kind, ProgramError
from forgecrew.tools.run_code.own_files import innermost, own, shown

OTHERS_MAX = 7
_GCC = re.compile(r"^(?P<file>[^\s:][^\n:]*):(?P<line>\d+):(?:\d+:)? (?:fatal )?error: (?P<text>.*)$", re.MULTILINE)
_LINK = re.compile(
    r"^(?:.*: )?(?:in function .*|(?P<file>[^\s:]+):\(.*\): )?.*(?P<text>undefined reference to .*)$", re.MULTILINE
)
_GO = re.compile(r"^(?:vet: )?(?P<file>\.?/?[^\s:]+\.go):(?P<line>\d+):(?:\d+:)? (?P<text>.*)$", re.MULTILINE)
_RUST = re.compile(r"^error(?:\[(?P<code>E\d+)\])?: (?P<text>.*)\n\s*--> (?P<file>[^\n:]+):(?P<line>\d+):\d+", re.MULTILINE)
_RUST_PANIC = re.compile(
    r"^thread '.*?'(?: \(\d+\))? panicked at (?P<file>[^\n:]+):(?P<line>\d+):\d+:\n(?P<text>.*)$", re.MULTILINE
)
_GO_PANIC = re.compile(r"^(?:panic|fatal error): (?P<text>.*)$", re.MULTILINE)
_GO_FRAME = re.compile(r"^(?P<function>[\w./*()]+)\(.*\)\n\t(?P<file>[^\s:]+):(?P<line>\d+)", re.MULTILINE)


def compiled_error(text: str, files: Collection[str]) -> ProgramError | None:
    """The first message of whichever compiler, linker or run-time spoke."""
    return next((found for parser in _PARSERS if (found := parser(text, files))), None)


def _gcc(text: str, files: Collection[str]) -> ProgramError | None:
    return _first("compile", list(_GCC.finditer(text)), files)


def _rust(text: str, files: Collection[str]) -> ProgramError | None:
    return _first("compile", list(_RUST.finditer(text)), files)


def _go(text: str, files: Collection[str]) -> ProgramError | None:
    return None if "goroutine " in text else _first("compile", list(_GO.finditer(text)), files)


def _link(text: str, files: Collection[str]) -> ProgramError | None:
    return _first("link", list(_LINK.finditer(text)), files)


def _rust_panic(text: str, files: Collection[str]) -> ProgramError | None:
    if not (found := _RUST_PANIC.search(text)):
        return None
    kind: Kind = "assertion" if found["text"].startswith("assertion") else "runtime"
    return ProgramError(kind, f"panicked: {found['text']}", own(found["file"], files), int(found["line"]))


def _go_panic(text: str, files: Collection[str]) -> ProgramError | None:
    found = _GO_PANIC.search(text)
    if not found or "goroutine " not in text:
        return None
    frames = [Frame(own(one["file"], files), int(one["line"]), one["function"]) for one in _GO_FRAME.finditer(text)]
    frames.reverse()
    place = innermost(frames, files)
    line, file = (place.line, place.file) if place else (0, "")
    return ProgramError("runtime", f"panic: {found['text']}", file, line, shown(frames, files))


_PARSERS: tuple[Callable[[str, Collection[str]], ProgramError | None], ...] = (_gcc, _rust, _rust_panic, _go_panic, _go, _link)


def _first(kind: Kind, found: list[re.Match[str]], files: Collection[str]) -> ProgramError | None:
    if not found:
        return None
    first = found[0]
    line = first.groupdict().get("line")
    return ProgramError(
        kind,
        _told(first),
        own(first["file"] or "", files),
        int(line or 0),
        (),
        tuple(_others(found[1 : 1 + OTHERS_MAX], files)),
    )


def _others(found: list[re.Match[str]], files: Collection[str]) -> Iterator[str]:
    for one in found:
        yield f"{own(one['file'] or '', files)}:{one.groupdict().get('line') or 0}: {_told(one)}"


def _told(match: re.Match[str]) -> str:
    code = match.groupdict().get("code")
    return f"{code}: {match['text']}" if code else match["text"].strip()
