"""What one cell prints: read up to a mark that the cell cannot know."""

import json
import secrets
from collections.abc import Awaitable, Callable


class Marked:
    """`status` is the cell's, once its mark was read."""

    def __init__(self, read: Callable[[], Awaitable[bytes]]) -> None:
        self._mark = f"<{secrets.token_hex(16)}>".encode()
        self.status: int | None = None
        self._read = read
        self._pending = b""

    def request(self, code: str) -> bytes:
        """What asks the interpreter for the cell."""
        return json.dumps({"code": code, "mark": self._mark.decode()}).encode() + b"\n"

    async def read(self) -> bytes:
        """The next block; empty behind the mark or at the end of everything."""
        while self.status is None:
            before, mark, behind = self._pending.partition(self._mark)
            if not mark:
                before = self._pending[: len(self._pending) - self._begun()]
            if before:
                self._pending = self._pending[len(before) :]
                return before
            if mark and behind.endswith(b"\n"):
                self.status = int(behind)
                break
            if not (block := await self._read()):
                break
            self._pending += block
        return b""

    def _begun(self) -> int:
        """How much of the mark the pending text may end with."""
        lengths = range(min(len(self._mark) - 1, len(self._pending)), 0, -1)
        return next((length for length in lengths if self._pending.endswith(self._mark[:length])), 0)
