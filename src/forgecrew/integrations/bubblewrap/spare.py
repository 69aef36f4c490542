"""A launcher that is ready before it is needed: in a control group of its own, waiting to become a sandbox, then for a command.

Joining a control group makes the kernel wait for all its processors, which takes longer than everything else about a
command; so a spare launcher has done it before.
"""

import contextlib
import os
import socket

from forgecrew.integrations.bubblewrap import launcher, seccomp
from forgecrew.integrations.bubblewrap.cgroup import Group
from forgecrew.integrations.bubblewrap.child import Child, fill, memory_file, spawn
from forgecrew.sandboxing.inner import ETC_WRITTEN
from forgecrew.sandboxing.pipes import Watched


class Spare:
    """One launcher that waits.

    `channel` is our end of the pair of sockets on which a gate gives sockets.
    """

    def __init__(self, group: Group | None, holder: Child | None, *, filtered: bool) -> None:
        self.group = group
        self._joined = group is not None
        self._script, self._command, self._options = memory_file(), memory_file(), memory_file()
        self.key: object = None
        status, told = os.pipe2(os.O_CLOEXEC)
        self._status = Watched(status)
        waits, self._go = os.pipe2(os.O_CLOEXEC)
        self.channel, gate = (end.detach() for end in socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET))
        passing = [told, waits, gate]
        fds = {
            launcher.GO_FD: waits,
            launcher.SCRIPT_FD: self._script,
            launcher.COMMAND_FD: self._command,
            launcher.OPTIONS_FD: self._options,
            launcher.STATUS_FD: told,
            launcher.CHANNEL_FD: gate,
        }
        texts = {number: text.encode() for number, text in enumerate(ETC_WRITTEN.values(), launcher.ETC_FIRST_FD)}
        for number, content in {**texts, **({launcher.SECCOMP_FD: seccomp.program()} if filtered else {})}.items():
            fds[number] = memory_file(content)
            passing.append(fds[number])
        try:
            self.child = spawn(launcher.waiter(group.join_files if group else (), holder.pid if holder else None), fds)
        except BaseException:  # whatever went wrong, nothing stays open
            self._close()
            raise
        finally:
            for fd in passing:
                os.close(fd)

    @property
    def status(self) -> int:
        """Our end of the pipe on which bwrap tells how it went; below zero once it is closed."""
        return self._status.fd

    @property
    def join_files(self) -> list[str]:
        """Files of its group that it has yet to join."""
        return [] if self._joined or self.group is None else self.group.join_files

    async def joined(self) -> None:
        """Wait until it has joined its group (or failed, which is told later)."""
        await self._status.ready()
        os.read(self.status, 1)

    def start(self, options: bytes, script: bytes) -> None:
        """Let it become the sandbox, in which a shell waits."""
        fill(self._options, options)
        fill(self._script, script)
        self._tell()

    def go(self, command: bytes) -> None:
        """Let the shell inside become the command."""
        fill(self._command, command)
        self._tell()

    def _tell(self) -> None:
        with contextlib.suppress(BrokenPipeError):  # it has failed already and says why on its output
            os.write(self._go, b"\n")

    def end(self) -> None:
        """Kill it where it still lives, and close everything."""
        self.child.abandon()
        self._close()

    def _close(self) -> None:
        for fd in (self._script, self._command, self._options, self._go, self.channel):
            os.close(fd)
        self._status.close()
