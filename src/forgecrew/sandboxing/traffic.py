"""Bytes that have passed the doors of one sandbox."""

from dataclasses import dataclass


@dataclass(slots=True)
class Traffic:
    """Since this process knows the sandbox: what came in to it, what it sent out."""

    bytes_in: int = 0
    bytes_out: int = 0

    def came_in(self, count: int) -> None:
        """Count what was brought to the sandbox."""
        self.bytes_in += count

    def went_out(self, count: int) -> None:
        """Count what the sandbox sent."""
        self.bytes_out += count
