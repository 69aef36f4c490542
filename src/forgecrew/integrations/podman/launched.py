"""One command in a container of its own, as the sandbox over it sees it."""

import contextlib
import os
import socket
from collections.abc import Sequence
from pathlib import Path

from forgecrew.core.command import Reason
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox_use import SandboxUse
from forgecrew.integrations.podman.container import Container
from forgecrew.integrations.podman.counters import forget_peak, present, processes, usage_of
from forgecrew.sandboxing.inside.processes import descendants
from forgecrew.sandboxing.pipes import WatchedSocket
from forgecrew.sandboxing.usage import Usage

_GATE_EXIT = 124


class Launched:
    """See sandboxing/begun.py. A gate comes to the socket that is mounted into the container."""

    def __init__(self, container: Container, *, gate: bool) -> None:
        self._container = container
        self._exit: int | None = None
        self._usage: Usage | None = None
        self._listener = _listener(container.files / "gate") if gate else None
        self.kill, self.alive = container.kill, container.alive

    @property
    def reason(self) -> Reason | None:
        """Why it was killed."""
        return self._container.reason

    async def read(self) -> bytes:
        """What it printed next."""
        return await self._container.stdout.read()

    async def write(self, content: bytes) -> None:
        """More of its standard input."""
        await self._container.stdin.write(content)

    async def feed(self, content: bytes) -> None:
        """Its standard input; the container's own stays open, since its end is the container's end."""
        await self._container.stdin.write(content)

    async def over(self) -> None:
        """Wait for the launcher's word; then the container may go."""
        word = await self._container.word()
        self._exit = int(word[4:]) if word.startswith("end ") else None
        self._usage = usage_of(await self._container.found())
        self._container.stdin.close()  # the launcher waits for that

    def exit_code(self, said: bytes) -> int | None:
        """As the launcher said. Raises SandboxUnavailable where the gate did not open."""
        if self._exit is None and self._container.status == _GATE_EXIT:
            text = said.decode("utf-8", "replace").strip()[-400:]
            raise SandboxUnavailable(f"the sandbox's doors did not open (they need python3 inside): {text or 'no message'}")
        return self._exit

    def usage(self) -> Usage:
        """What its groups counted, up to its end."""
        return self._usage or usage_of(self._container.groups)

    def present(self) -> SandboxUse:
        """By its groups."""
        return present(self._container.groups)

    def forget_peak(self) -> None:
        """Where that is allowed."""
        forget_peak(self._container.groups)

    def processes(self) -> Sequence[int]:
        """Everybody in its groups, or beneath its process 1, but the launcher and what that needs."""
        groups, first = self._container.groups, self._container.pid
        launcher = _line(first)
        ours = (launcher, b"")
        known = [(pid, _line(pid)) for pid in (processes(groups) if groups else descendants(first) if first else ())]
        return [pid for pid, line in known if line not in ours and not (line == b"cat\0" and _line(_parent(pid)) == launcher)]

    async def channel(self) -> socket.socket:
        """The gate's, once it has come."""
        listener = self._listener
        while listener is not None and listener.fd >= 0:
            await listener.ready()
            with contextlib.suppress(BlockingIOError):
                return listener.end.accept()[0]
        raise ConnectionAbortedError("the command has ended before its gate came")

    async def end(self) -> None:
        """Wait until the container is gone."""
        if self._listener is not None:
            self._listener.close()
        await self._container.end()


def _listener(at: Path) -> WatchedSocket:
    listener = socket.socket(socket.AF_UNIX)
    listener.setblocking(False)
    listener.bind(str(at))
    os.chmod(at, 0o666)  # noqa: S103 - its user inside is another one; the folder above lets nobody list it
    listener.listen(1)
    return WatchedSocket(listener)


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
