"""The last lines that a sandbox printed, fit to be shown: bounded, without control characters and known secrets."""

import re
from collections import deque
from collections.abc import Callable, Sequence

from forgecrew.core.sandbox_view import LINES_KEPT

LINE_CHARACTERS_MAX = 400
_RAW_BYTES_MAX = 8 << 10
_CONTROL = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
HIDDEN = "(a line that held a secret is not shown)"

Finds = Callable[[str], object]
"""Something true for a text that gives a secret away."""


class OutputLines:
    """Fed with blocks as they come, which is cheap also in a flood; lines are made of them when somebody settles it."""

    def __init__(self) -> None:
        self.lines: deque[str] = deque(maxlen=LINES_KEPT)
        self.end = 0
        self._raw = b""
        self._skipped = 0

    def go_on(self, lines: Sequence[str], end: int) -> None:
        """Begin with lines that were settled before."""
        self.lines.extend(lines)
        self.end = end

    def feed(self, block: bytes) -> None:
        """Take what was printed; of much only the end is kept."""
        raw = self._raw + block[-_RAW_BYTES_MAX:]
        self._skipped += block[:-_RAW_BYTES_MAX].count(b"\n") + raw[:-_RAW_BYTES_MAX].count(b"\n")
        self._raw = raw[-_RAW_BYTES_MAX:]

    @property
    def unsettled(self) -> bool:
        """Whether something was fed since."""
        return bool(self._raw or self._skipped)

    def settle(self, finds: Finds, *, whole: bool) -> None:
        """Make lines of what was fed; with `whole` also of a last line that has no end yet."""
        self.keep(finds, *self.taken(whole=whole))

    def taken(self, *, whole: bool) -> tuple[bytes, int]:
        """What lines are to be made of, and how many were skipped; by who feeds, or what comes meanwhile is lost."""
        raw, skipped = self._raw, self._skipped
        cut = len(raw) if whole else raw.rfind(b"\n") + 1
        self._raw, self._skipped = raw[cut:], 0
        return raw[:cut], skipped

    def keep(self, finds: Finds, raw: bytes, skipped: int) -> None:
        """Make lines of what was taken; that may be done beside, in a thread."""
        text = raw.decode("utf-8", "replace")
        lines = [_plain(line) for line in text.split("\n")]
        if lines and not lines[-1]:
            lines.pop()
        if finds("\n".join(lines)):
            kept = [HIDDEN if finds(line) else line for line in lines]
            lines = kept if HIDDEN in kept else [HIDDEN] * len(lines)
        self.lines.extend(lines)
        self.end += skipped + len(lines)


def _plain(line: str) -> str:
    text = _CONTROL.sub("", line.rstrip("\r").rsplit("\r", 1)[-1])
    return text if len(text) <= LINE_CHARACTERS_MAX else text[: LINE_CHARACTERS_MAX - 1] + "…"
