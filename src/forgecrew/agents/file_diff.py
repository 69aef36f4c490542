"""A unified diff of what a program's files were and are."""

import difflib
from collections.abc import Mapping


def diff_of(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """A unified diff of all files, in git's form."""
    parts: list[str] = []
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        if old == new:
            continue
        kind = "new file mode 100644\n" if old is None else "deleted file mode 100644\n" if new is None else ""
        names = ("/dev/null" if old is None else f"a/{path}", "/dev/null" if new is None else f"b/{path}")
        lines = difflib.unified_diff((old or "").splitlines(), (new or "").splitlines(), *names, lineterm="")
        parts.append(f"diff --git a/{path} b/{path}\n{kind}" + "\n".join(lines) + "\n")
    return "".join(parts)
