"""One warm interpreter: asked for a cell over its channel, which it forks for; under the limits of a command."""

import asyncio
import contextlib
import json
import os
import socket
import time
from collections.abc import Callable

from forgecrew.core.capped_output import CappedOutput
from forgecrew.core.command import Reason, Result
from forgecrew.integrations.bubblewrap.bounds import Bounds, Watch
from forgecrew.integrations.bubblewrap.child import read_from
from forgecrew.integrations.bubblewrap.run import Usage, pump, result_of, verdict
from forgecrew.integrations.bubblewrap.spare import Spare
from forgecrew.integrations.bubblewrap.tree import Tree


class Interpreter:
    """`channel` leads to it; `tree` are its processes."""

    def __init__(self, spare: Spare, channel: socket.socket) -> None:
        self.tree = Tree(spare.child, spare.group)
        self._channel = channel
        self._group = spare.group

    async def cell(self, code: str, bounds: Bounds, watch: Watch, on_output: Callable[[bytes], None] | None) -> Result:
        """Run one cell to its end."""
        began = time.monotonic()
        output = CappedOutput(bounds.output_bytes)
        if self._group is not None:
            self._group.forget_peak()
        before = Usage.of(self._group)
        watching = asyncio.ensure_future(watch(self.tree))
        exit_code: int | None = None
        said, says = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            async with asyncio.timeout(bounds.timeout_seconds):
                await self._ask(code, says)
                if await pump(lambda: read_from(said), self.tree, output, on_output):
                    exit_code = await self._status()
        except TimeoutError:
            self.tree.kill("timeout")
        finally:
            watching.cancel()
            os.close(said)
        usage = Usage.of(self._group).since(before)
        return result_of(*self._verdict(exit_code, usage), output, usage, began)

    async def answered(self) -> bytes:
        """The next line, empty at the end."""
        line = b""
        with contextlib.suppress(ConnectionError):
            while not line.endswith(b"\n"):
                if not (block := await asyncio.get_running_loop().sock_recv(self._channel, 4096)):
                    return b""
                line += block
        return line

    async def _ask(self, code: str, says: int) -> None:
        os.set_blocking(says, True)
        try:
            with contextlib.suppress(ConnectionError):  # it is gone, which its missing answer tells
                socket.send_fds(self._channel, [b"x"], [says])
                os.close(says)
                says = -1
                line = json.dumps({"code": code}).encode() + b"\n"
                await asyncio.get_running_loop().sock_sendall(self._channel, line)
        finally:
            if says >= 0:
                os.close(says)

    async def _status(self) -> int | None:
        line = await self.answered()
        return int(json.loads(line)["status"]) if line else None

    def _verdict(self, exit_code: int | None, usage: Usage) -> tuple[Reason, int | None]:
        if self.tree.reason:
            return self.tree.reason, None
        if exit_code is None and not usage.oom_kills:
            return "lost", None
        return verdict(exit_code, usage)
