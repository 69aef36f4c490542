"""The door through which a person at this machine gets a shell in a sandbox: a socket of the worker that holds it.

The worker opens the sandbox, since what it mounts nobody else sees. One JSON line asks: {"id", "script", "term"}. One answers:
{"problem"}, empty when it goes on. Then the terminal's bytes flow both ways (see `terminal_inside.py` for what goes in); of a
script its output comes, then a line feed and a last JSON line {"status", "reason"}.
"""

import asyncio
import contextlib
import json
import logging
import os
from asyncio import StreamReader, StreamWriter
from pathlib import Path

from forgecrew.core.command import Command
from forgecrew.core.errors import ForgecrewError, SandboxUnavailable
from forgecrew.core.private_socket import private_socket
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.sandbox_backend import SandboxBackend
from forgecrew.ports.service import Service

INSIDE = Path(__file__).with_name("terminal_inside.py")
SHELLS = ("/bin/bash", "/bin/sh")
PORT = 4022
READY_SECONDS, ASK_SECONDS, SHELL_SECONDS = 10.0, 10.0, 86_400.0
SOCKET_PATH_BYTES_MAX = 107

log = logging.getLogger(__name__)


class ShellDoor:
    """One part of the process `work`; the socket is for its own user alone."""

    def __init__(self, sandboxes: SandboxBackend, socket: Path) -> None:
        self._sandboxes, self._socket = sandboxes, socket

    async def run(self, stopping: asyncio.Event) -> None:
        """Open until asked to stop."""
        if len(os.fsencode(self._socket)) > SOCKET_PATH_BYTES_MAX:
            log.warning("no shells in sandboxes: the path %s is too long for a socket", self._socket)
            await stopping.wait()
            return
        self._socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in self._socket.parent.iterdir():
            if await _nobody_at(left):
                left.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self._serve, sock=private_socket(self._socket))
        try:
            await stopping.wait()
        finally:
            server.close()
            self._socket.unlink(missing_ok=True)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            async with asyncio.timeout(ASK_SECONDS):
                asked = json.loads(await reader.readline())
            sandbox = await self._sandboxes.attach(str(asked["id"]))
            if sandbox is None:
                raise SandboxUnavailable(f"the sandbox {asked['id']} is not here any more")
            if asked.get("script"):
                await _script(sandbox, str(asked["script"]), reader, writer)
            else:
                await _terminal(sandbox, str(asked.get("term") or "xterm"), reader, writer)
        except (ForgecrewError, OSError, ValueError, KeyError, TypeError, TimeoutError) as error:
            with contextlib.suppress(OSError):
                writer.write(json.dumps({"problem": str(error) or "it does not answer"}).encode() + b"\n")
        finally:
            writer.close()


async def _nobody_at(socket: Path) -> bool:
    """Whether it was left by a worker that is dead."""
    try:
        _, writer = await asyncio.open_unix_connection(socket)
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    writer.close()
    return False


async def _script(sandbox: Sandbox, script: str, reader: StreamReader, writer: StreamWriter) -> None:
    writer.write(b'{"problem": ""}\n')
    running = asyncio.ensure_future(sandbox.exec(Command(("/bin/sh", "-c", script)), writer.write))
    gone = asyncio.ensure_future(reader.read())
    await asyncio.wait((running, gone), return_when=asyncio.FIRST_COMPLETED)
    gone.cancel()
    if not running.done():  # the person went
        running.cancel()
        await asyncio.wait((running,))
        return
    result = running.result()
    told = {"status": result.exit_code, "reason": result.reason, "note": result.note, "where": result.where}
    writer.write(b"\n" + json.dumps(told).encode() + b"\n")
    await writer.drain()


async def _terminal(sandbox: Sandbox, term: str, reader: StreamReader, writer: StreamWriter) -> None:
    program = INSIDE.read_text("utf-8")
    argv = ("python3", "-I", "-c", program, str(PORT), *SHELLS)
    service = await sandbox.start(Command(argv, env=(("TERM", term),), timeout_seconds=SHELL_SECONDS))
    try:
        from_inside, to_inside = await _connected(service)
        writer.write(b'{"problem": ""}\n')
        ways = [asyncio.ensure_future(_flow(reader, to_inside)), asyncio.ensure_future(_flow(from_inside, writer))]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        to_inside.close()
    finally:
        await service.stop()


async def _connected(service: Service) -> tuple[StreamReader, StreamWriter]:
    ending = asyncio.ensure_future(service.wait())
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(READY_SECONDS):
            while not ending.done():
                with contextlib.suppress(ConnectionRefusedError):
                    found = await service.connect(PORT)
                    ending.cancel()
                    return found
                await asyncio.sleep(0.02)
    ending.cancel()
    said = service.log().decode("utf-8", "replace").strip()[-300:]
    raise SandboxUnavailable(f"no terminal inside ({said or 'it does not answer'}): is there a python3 in the sandbox?")


async def _flow(reader: StreamReader, writer: StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while block := await reader.read(1 << 16):
            writer.write(block)
            await writer.drain()
