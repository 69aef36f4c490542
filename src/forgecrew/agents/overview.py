"""The files of a checkout for a prompt: all names while they are few, else its folders, folded where many are alike."""

from collections import Counter
from collections.abc import Sequence

ALIKE_MIN = 8
"""So many folders below one are told as one line, when they hold few files each."""
FILES_MEAN_MAX = 4


def overview(paths: Sequence[str], lines_max: int) -> str:
    """At most about `lines_max` lines."""
    if len(paths) <= lines_max:
        return "\n".join(paths)
    top = [path for path in paths if "/" not in path]
    counts = Counter(path.rpartition("/")[0] for path in paths if "/" in path)
    lines = _folders(counts, depth_max=99)
    depth = 6
    while len(lines) > lines_max and depth:
        lines, depth = _folders(counts, depth_max=depth), depth - 1
    return "\n".join([f"{len(paths)} files", *top[: ALIKE_MIN * 2], *lines[:lines_max]])


def _folders(counts: Counter[str], depth_max: int) -> list[str]:
    """Folders with their number of files, in order; what lies below a folded one is counted with it."""
    lines: list[str] = []
    folded = ""
    for folder in sorted({one for held in counts for one in _with_those_above(held)}):
        if folded and folder.startswith(folded):
            continue
        below = {one: count for one, count in counts.items() if one.startswith(f"{folder}/")}
        files, own = sum(below.values()), counts[folder]
        children = {one.removeprefix(f"{folder}/").partition("/")[0] for one in below}
        alike = len(children) >= ALIKE_MIN and files <= FILES_MEAN_MAX * len(below)
        if below and (alike or folder.count("/") + 1 >= depth_max):
            folded = f"{folder}/"
            lines.append(f"{folder}/ {own + files} in {len(below)} folders")
        elif own:
            lines.append(f"{folder}/ {own}")
    return lines


def _with_those_above(folder: str) -> list[str]:
    parts = folder.split("/")
    return ["/".join(parts[: end + 1]) for end in range(len(parts))]
