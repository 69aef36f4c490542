"""A command that goes on in a sandbox until it is stopped: a server, a browser."""

from asyncio import StreamReader, StreamWriter
from typing import Protocol

from forgecrew.core.command import Result


class Service(Protocol):
    """Ends with its sandbox and with the process that started it, its whole tree at once."""

    async def connect(self, port: int) -> tuple[StreamReader, StreamWriter]:
        """A stream to a port of the loopback that this service sees. Raises ConnectionRefusedError when nobody listens."""
        ...

    def log(self) -> bytes:
        """What it printed so far: head and tail within the profile's output_bytes."""
        ...

    async def wait(self) -> Result:
        """Wait for its end."""
        ...

    async def stop(self) -> Result:
        """Kill the whole tree and give what came of it; twice is fine."""
        ...
