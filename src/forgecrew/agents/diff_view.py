"""A unified diff as a reviewer reads it: the new file's line numbers at the left, in parts that fit a window."""

import re
from dataclasses import dataclass

_HUNK = re.compile(r"@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@")


@dataclass(frozen=True, slots=True)
class FileView:
    """One changed file; `lines` are the numbers of the new file that the diff shows (added or around)."""

    path: str
    text: str
    lines: frozenset[int]


def number(diff: str) -> list[FileView]:
    """One view per file of a git diff; binary and removed files have no lines."""
    return [_view(part) for part in re.split(r"(?m)^(?=diff --git )", diff) if part.startswith("diff --git ")]


def _view(part: str) -> FileView:
    path = part.splitlines()[0].rpartition(" b/")[2]
    shown: list[str] = []
    lines: set[int] = set()
    at = 0
    for line in part.splitlines():
        hunk = _HUNK.match(line)
        if hunk:
            at = int(hunk[1])
            shown.append("…")
        elif at and line[:1] in ("+", " "):
            shown.append(f"{at:5} {line}")
            lines.add(at)
            at += 1
        elif at and line[:1] == "-":
            shown.append(f"      {line}")
        elif line.startswith(("new file", "deleted file", "rename ", "Binary")):
            shown.append(line)
    return FileView(path, f"--- {path}\n" + "\n".join(shown), frozenset(lines))


def parts(views: list[FileView], characters_max: int) -> list[str]:
    """The views packed into texts of at most characters_max; a single file that is longer is cut into several."""
    packed: list[str] = []
    for view in views:
        text = view.text
        while len(text) > characters_max:
            cut = text.rfind("\n", 0, characters_max)
            cut = cut if cut > 0 else characters_max
            packed.append(text[:cut])
            text = f"--- {view.path} (continued)\n" + text[cut:].lstrip("\n")
        if packed and len(packed[-1]) + len(text) + 2 <= characters_max:
            packed[-1] += "\n\n" + text
        else:
            packed.append(text)
    return packed


_FINDING = re.compile(r"^[`\s*-]*([^\s:`]+):(\d+)(?:-\d+)?[`:]*\s*(.+)$", re.S)


def split_finding(text: str, views: list[FileView]) -> tuple[str, int, str] | None:
    """(path, line, remark) of "path:line: remark" when the diff shows that line, else None."""
    found = _FINDING.match(text.strip())
    if not found:
        return None
    path, line = found[1].removeprefix("./"), int(found[2])
    if any(view.path == path and line in view.lines for view in views):
        return path, line, found[3].strip()
    return None
