"""User ids of this machine for sandboxes, each with so many of its own."""

import zlib
from collections.abc import Collection

_FIRST, _STEP, _SLOTS = 0x1000_0000, 2048, 1 << 17


def first_id(key: str, taken: Collection[int | None]) -> int:
    """The first of those for a sandbox: the same key gives the same, unless it is taken."""
    slot = zlib.crc32(key.encode())
    while (first := _FIRST + slot % _SLOTS * _STEP) in taken:
        slot += 1
    return first
