"""What a folder takes."""

import contextlib
import os


def usage(folder: str) -> tuple[int, int]:
    """Bytes on the disk and entries of a folder; step by step, since a path may be longer than any name can say."""
    used = entries = 0
    left: list[list[str]] = [["."]]
    os.chdir(folder)
    while left:
        if not left[-1]:
            left.pop()
            os.chdir("..")
            continue
        with contextlib.suppress(OSError):
            os.chdir(left[-1].pop())
            left.append([])
            for one in os.scandir("."):
                with contextlib.suppress(OSError):
                    used += one.stat(follow_symlinks=False).st_blocks * 512
                    entries += 1
                    if one.is_dir(follow_symlinks=False):
                        left[-1].append(one.name)
    os.chdir("/")
    return used, entries
