"""What a command in a pod has printed, as far as it was told: the head as it came, the tail as it is."""

import base64
from collections.abc import Callable
from typing import Any

from forgecrew.core.capped_output import CappedOutput
from forgecrew.core.command import Reason, Result

_CPU_SIGNAL_EXIT = 128 + 24


OnOutput = Callable[[bytes], None]


class Heard:
    """Takes the news of a keeper."""

    def __init__(self, output_bytes: int, on_output: OnOutput | None) -> None:
        self._bytes_max, self._on_output = output_bytes, on_output
        self.head = bytearray()
        self._tail, self._total = b"", 0

    def take(self, news: dict[str, Any]) -> None:
        """Add what is new; the tail is told to a listener when it is the last."""
        fresh, self._tail, self._total = base64.b64decode(news["head"]), base64.b64decode(news["tail"]), news["total"]
        self.head += fresh
        for block in (fresh, self._tail if news["ended"] else b""):
            if block and self._on_output is not None:
                self._on_output(block)

    @property
    def output(self) -> CappedOutput:
        """Head and tail, with what fell out between them."""
        made = CappedOutput(self._bytes_max)
        made.add(bytes(self.head))
        made.add(self._tail)
        made.total_bytes = max(self._total, made.total_bytes)
        return made

    def result(self, news: dict[str, Any], wall_seconds: float) -> Result:
        """How it ended; a keeper that was killed can tell nothing."""
        output, exit_code = self.output, news.get("exit_code")
        reason: Reason = "lost" if news.get("lost") else news["reason"] or ("cpu" if exit_code == _CPU_SIGNAL_EXIT else "exit")
        return Result(
            exit_code=exit_code, reason=reason, output=output.content(), dropped_bytes=output.dropped_bytes,
            wall_seconds=news.get("wall", wall_seconds), cpu_seconds=news.get("cpu", 0.0),
            peak_memory_bytes=news.get("peak", 0), where=news.get("where", ""),
        )  # fmt: skip
