"""What a command printed, bounded: its beginning, its end, and a count of what fell out between them."""

from collections import deque


class CappedOutput:
    """Keeps the first and the last half of `bytes_max`; memory stays bounded whatever is added."""

    def __init__(self, bytes_max: int) -> None:
        self._head_max = bytes_max // 2
        self._tail_max = bytes_max - self._head_max
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._tail_bytes = 0
        self.total_bytes = 0

    def add(self, block: bytes) -> None:
        """Take the next bytes."""
        self.total_bytes += len(block)
        room = self._head_max - len(self._head)
        self._head += block[:room]
        rest = block[room:] if room else block
        if not rest:
            return
        self._tail.append(rest)
        self._tail_bytes += len(rest)
        while self._tail_bytes - len(self._tail[0]) >= self._tail_max:
            self._tail_bytes -= len(self._tail.popleft())

    @property
    def dropped_bytes(self) -> int:
        """How many bytes are in neither half."""
        return max(0, self.total_bytes - self._head_max - self._tail_max)

    def content(self) -> bytes:
        """Both halves; a line between them says how much is missing."""
        tail = b"".join(self._tail)[-self._tail_max :]
        if not self.dropped_bytes:
            return bytes(self._head) + tail
        return bytes(self._head) + b"\n[... %d bytes left out ...]\n" % self.dropped_bytes + tail
