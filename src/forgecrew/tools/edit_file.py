"""Changes parts of a file by SEARCH/REPLACE blocks."""

import difflib
import re
from dataclasses import dataclass
from pathlib import Path

from forgecrew.core.action import Action, Observation
from forgecrew.core.clamp import clamp
from forgecrew.core.line_match import Place, nearest, places
from forgecrew.core.signals import TellModel
from forgecrew.core.workspace_path import workspace_path
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.tool import Tool

BYTES_MAX = 1 << 20
DIFF_CHARACTERS_MAX = 1500
NEAREST_CHARACTERS_MAX = 600
FORM = "<<<<<<< SEARCH\n<lines as they are>\n=======\n<new lines>\n>>>>>>> REPLACE"
SEARCH = re.compile(r"^\s*<{5,9}\s*(?:SEARCH|ORIGINAL|HEAD)?\s*$")
MIDDLE = re.compile(r"^\s*={5,9}\s*$")
REPLACE = re.compile(r"^\s*>{5,9}\s*(?:REPLACE|UPDATED)?\s*$")


def tool() -> Tool:
    """The editor."""
    return EditFile()


@dataclass(frozen=True, slots=True)
class Change:
    """One SEARCH/REPLACE block, as lines."""

    search: list[str]
    replace: list[str]


class EditFile:
    """Kind `edit`: the argument is the path, the body holds the blocks; all of them are applied or none."""

    kind = "edit"
    contract = Path(__file__).with_suffix(".md").read_text(encoding="utf-8").strip()

    async def run(self, sandbox: Sandbox, action: Action) -> Observation:
        """A small diff, or that it was already so. TellModel when SEARCH is not there, or not only once."""
        path = workspace_path(action.argument)
        changes = parse_changes(action.body)
        text = await _text(sandbox, path, may_be_new=not any(_bare(change.search) for change in changes))
        crlf = "\r\n" in text
        before = text.replace("\r\n", "\n")
        after, done = before, 0
        for number, change in enumerate(changes, 1):
            which = f"block {number} of {len(changes)}: " if len(changes) > 1 else ""
            changed = apply_change(after, change, f"{path}: {which}")
            done += changed != after
            after = changed
        if after == before:
            return Observation(f"{path} was already so: the REPLACE lines are there; nothing was changed")
        await sandbox.write(path, (after.replace("\n", "\r\n") if crlf else after).encode())
        note = f" ({len(changes) - done} of {len(changes)} blocks were already so)" if done < len(changes) else ""
        return Observation(f"changed {path}{note}\n{_diff(before, after)}", changed=True)


def parse_changes(body: str) -> list[Change]:
    """The blocks of the body. Raises TellModel that shows the form."""
    changes: list[Change] = []
    search: list[str] = []
    replace: list[str] = []
    part = ""
    for line in body.split("\n"):
        if part == "" and SEARCH.match(line):
            part, search, replace = "search", [], []
        elif part == "search" and MIDDLE.match(line):
            part = "replace"
        elif part == "replace" and REPLACE.match(line):
            changes.append(Change(search, replace))
            part = ""
        elif part == "search":
            search.append(line)
        elif part == "replace":
            replace.append(line)
    if part or not changes:
        what = f"The {part.upper()} part does not end" if part else "There is no SEARCH/REPLACE block"
        raise TellModel(f"{what}. Nothing was changed. Form:\n{FORM}")
    return changes


def apply_change(text: str, change: Change, where: str) -> str:
    """The text with the change, or unchanged when it is already so. Raises TellModel; `where` begins its message."""
    if not _bare(change.search):
        if text.strip() and text.strip("\n") != "\n".join(change.replace).strip("\n"):
            raise TellModel(f"{where}SEARCH is empty but the file is not. Copy the lines to replace into SEARCH.")
        return "\n".join([*change.replace, ""]) if change.replace else text
    lines = text.split("\n")
    search, replace = _trimmed(lines, change)
    found = places(lines, search)
    if _already(lines, found, replace):
        return text
    if len(found) > 1:
        shown = ", ".join(str(place.start + 1) for place in found[:8])
        raise TellModel(
            f"{where}SEARCH is there {len(found)} times, at lines {shown}. Nothing was changed. Add lines around it."
        )
    if found:
        place = found[0]
        return "\n".join([*lines[: place.start], *place.shifted(replace), *lines[place.end :]])
    if len(search) == 1 and len(replace) == 1 and text.count(search[0].strip()) == 1:
        return text.replace(search[0].strip(), replace[0].strip())
    raise TellModel(_not_found(lines, search, where))


def _trimmed(lines: list[str], change: Change) -> tuple[list[str], list[str]]:
    """Without the empty lines around both parts when SEARCH does not match with them."""
    if places(lines, change.search):
        return change.search, change.replace
    return _bare(change.search), _bare(change.replace)


def _bare(lines: list[str]) -> list[str]:
    full = [number for number, line in enumerate(lines) if line.strip()]
    return lines[full[0] : full[-1] + 1] if full else []


def _already(lines: list[str], found: list[Place], replace: list[str]) -> bool:
    """REPLACE is there, and SEARCH nowhere but inside it: the change was made before."""
    if not any(line.strip() for line in replace):
        return False
    there = [place for place in places(lines, replace) if not place.added and not place.removed]
    return bool(there) and all(any(new.start <= old.start and old.end <= new.end for new in there) for old in found)


def _not_found(lines: list[str], search: list[str], where: str) -> str:
    number = nearest(lines, search)
    if number is None:
        return f"{where}SEARCH is not in the file, and nothing like it. Nothing was changed. Read the file first."
    start = max(0, number - 2)
    near = "\n".join(f"{n + 1}: {line}" for n, line in enumerate(lines[start : number + len(search) + 2], start))
    shown = clamp(near, NEAREST_CHARACTERS_MAX, "head")
    return f"{where}SEARCH is not in the file. Nothing was changed. The nearest lines (numbers are not part of them):\n{shown}"


async def _text(sandbox: Sandbox, path: str, *, may_be_new: bool) -> str:
    try:
        content = await sandbox.read(path, bytes_max=BYTES_MAX)
    except TellModel:
        if may_be_new:
            return ""
        raise
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise TellModel(f"{path} is not UTF-8 text; change it with sh") from None


def _diff(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), lineterm="", n=1)
    return clamp("\n".join(list(lines)[2:]), DIFF_CHARACTERS_MAX)
