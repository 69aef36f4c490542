"""Reading file versions out of bundles that came from a sandbox.

A module `integrations/<name>/version_store.py` offers `connect(folder: Path) -> VersionStore` (no I/O yet).
"""

from collections.abc import Sequence
from typing import Protocol


class VersionStore(Protocol):
    """Opens bundles in a fresh bare repository of our own, gone afterwards; never in a tree that an agent can write."""

    async def read(self, bundle: bytes, blob: str) -> bytes:
        """The bytes of a blob. Raises RefusedError for a bundle that does not verify, NotFound for a blob it does not hold."""
        ...

    async def diff(self, bundles: Sequence[bytes], old: str, new: str) -> str:
        """A unified diff of two blobs, from its first `@@` on (`Binary files differ` for such); raises as read()."""
        ...
