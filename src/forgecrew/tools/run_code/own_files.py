"""Paths in messages brought back to the program's own files."""

from collections.abc import Collection, Sequence

from forgecrew.core.program_error import Frame

FRAMES_MAX = 12


def own(path: str, files: Collection[str]) -> str:
    """The program's file that a path of a message means, the path as it is when it means none."""
    tidy = path.removeprefix("file://").removeprefix("./")
    if tidy in files:
        return tidy
    fitting = [name for name in files if tidy.endswith("/" + name)]
    return max(fitting, key=len, default=tidy)


def innermost(frames: Sequence[Frame], files: Collection[str]) -> Frame | None:
    """The last frame in a file of the program: where there is something to mend."""
    return next((frame for frame in reversed(frames) if frame.file in files), frames[-1] if frames else None)


def shown(frames: Sequence[Frame], files: Collection[str]) -> tuple[Frame, ...]:
    """Frames of the program itself, a long recursion cut to its two ends."""
    mine = [frame for frame in frames if frame.file in files]
    return tuple(mine if len(mine) <= FRAMES_MAX else [*mine[: FRAMES_MAX // 2], *mine[-FRAMES_MAX // 2 :]])
