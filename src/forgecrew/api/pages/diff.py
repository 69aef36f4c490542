"""A unified diff taken apart for showing: files, and lines with what each is."""

from dataclasses import dataclass, field

LINES_MAX = 3000
_KINDS = {"+": "add", "-": "del", "@": "hunk", "\\": "note"}


@dataclass(slots=True)
class DiffFile:
    """One file of a diff; lines are pairs of kind (add, del, hunk, note, same) and text."""

    path: str
    lines: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    added: int = 0
    removed: int = 0


def diff_files(text: str) -> list[DiffFile]:
    """Files in their order; after LINES_MAX lines the rest is counted, not shown."""
    files: list[DiffFile] = []
    heading = False
    left = LINES_MAX
    for line in text.splitlines():
        if line.startswith("diff --git "):
            files.append(DiffFile(line.rpartition(" b/")[2]))
            heading = True
        elif not files:
            continue
        elif line.startswith("@@") or not heading:
            heading = False
            kind = _KINDS.get(line[:1], "same")
            files[-1].added += kind == "add"
            files[-1].removed += kind == "del"
            left -= 1
            if left > 0:
                files[-1].lines.append((kind, line))
            elif left == 0:
                files[-1].lines.append(("note", "… the rest of this diff is not shown here"))
        elif line.startswith(("rename", "new file", "deleted file", "Binary")):
            files[-1].lines.append(("note", line))
    return files
