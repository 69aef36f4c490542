"""Turning what a forge sends into events.

A module `integrations/<name>/event_source.py` offers `source() -> EventSource`.
"""

from collections.abc import Mapping
from typing import Protocol

from forgecrew.core.event import Event


class EventSource(Protocol):
    """Verifies and reads one kind of webhook; does no I/O."""

    name: str

    def verify(self, headers: Mapping[str, str], body: bytes, secret: str) -> bool:
        """Whether the raw bytes were signed with the secret (constant time). Header names are lower case."""
        ...

    def parse(self, headers: Mapping[str, str], body: bytes) -> Event | None:
        """The event; None for kinds that no part of us cares for. Raises ValueError for what is not a proper delivery."""
        ...
