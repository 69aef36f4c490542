"""A service that gives its room on the machine back when it ends."""

import asyncio
from asyncio import StreamReader, StreamWriter

from forgecrew.core.command import Result
from forgecrew.kernel.admission import Held
from forgecrew.kernel.sandbox_board import Seen
from forgecrew.ports.service import Service


class HeldService:
    """Implements ports.service.Service around another one."""

    def __init__(self, inner: Service, held: Held, seen: Seen) -> None:
        self._inner, self._held, self._seen = inner, held, seen
        seen.running, seen.commands, seen.changed = seen.running + 1, seen.commands + 1, True
        self._watching = asyncio.ensure_future(self._watch())

    async def connect(self, port: int) -> tuple[StreamReader, StreamWriter]:
        """A stream to a port of the loopback that this service sees. Raises ConnectionRefusedError when nobody listens."""
        return await self._inner.connect(port)

    def log(self) -> bytes:
        """What it printed so far: head and tail within the profile's output_bytes."""
        return self._inner.log()

    async def wait(self) -> Result:
        """Wait for its end."""
        return await self._inner.wait()

    async def stop(self) -> Result:
        """Kill the whole tree and give what came of it; twice is fine."""
        return await self._inner.stop()

    async def _watch(self) -> None:
        try:
            await self._inner.wait()
        except Exception:  # noqa: S110 - who waits for the service is told; here only its end counts
            pass
        finally:
            self._held.leave()
            self._seen.running, self._seen.changed = self._seen.running - 1, True
