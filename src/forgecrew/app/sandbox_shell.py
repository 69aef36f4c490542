"""A person's shell in a sandbox: the terminal in front of the person, joined to one inside through a worker's door."""

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import struct
import sys
import termios
import tty
from asyncio import StreamReader, StreamWriter
from collections.abc import Generator
from pathlib import Path

from forgecrew.core.errors import NotFound, SandboxUnavailable

_TAIL_BYTES = 4096


async def run_script(door: Path, id: str, script: str) -> int:
    """Commands without a terminal: what they print goes to standard output while it comes. Gives their status."""
    reader, writer = await _open(door, {"id": id, "script": script})
    tail = b""
    while block := await reader.read(1 << 16):
        tail += block
        _show(tail[:-_TAIL_BYTES])
        tail = tail[-_TAIL_BYTES:]
    writer.close()
    output, _, last = tail.rstrip(b"\n").rpartition(b"\n")
    _show(output)
    try:
        told = json.loads(last)
    except ValueError:
        raise SandboxUnavailable("the worker ended before the command did") from None
    if told["reason"] != "exit" or told["note"]:
        said = f"ended by {told['reason']}. {told['note']}\n{told['where']}"
        print(said.strip(), file=sys.stderr)  # noqa: T201 - beside the output
    return 1 if told["status"] is None else int(told["status"])


async def run_terminal(door: Path, id: str) -> int:
    """An interactive shell, until it ends. Raises SandboxUnavailable when there can be none."""
    reader, writer = await _open(door, {"id": id, "term": os.environ.get("TERM", "xterm")})
    with _raw_terminal():
        await _join(reader, writer)
    return 0


async def _open(door: Path, question: dict[str, str]) -> tuple[StreamReader, StreamWriter]:
    try:
        reader, writer = await asyncio.open_unix_connection(door)
    except OSError as error:
        raise NotFound(f"no worker answers at {door} ({error.strerror}): run this where `forgecrew work` runs") from error
    writer.write(json.dumps(question).encode() + b"\n")
    answer = json.loads(await reader.readline() or b'{"problem": "the worker ended"}')
    if answer["problem"]:
        raise SandboxUnavailable(answer["problem"])
    return reader, writer


def _show(block: bytes) -> None:
    sys.stdout.buffer.write(block)
    sys.stdout.buffer.flush()


async def _join(reader: StreamReader, writer: StreamWriter) -> None:
    """What is typed goes in, what comes out is shown, the size of the window is told."""
    loop, keyboard = asyncio.get_running_loop(), sys.stdin.fileno()

    def typed() -> None:
        block = os.read(keyboard, 4096)
        if not block:
            loop.remove_reader(keyboard)
            block = b"\x04"
        writer.write(b"d" + struct.pack("!H", len(block)) + block)

    def resized() -> None:
        rows, columns = struct.unpack("HH", fcntl.ioctl(keyboard, termios.TIOCGWINSZ, b"\0" * 8)[:4])
        writer.write(b"w" + struct.pack("!HHH", 4, rows, columns))

    resized()
    loop.add_reader(keyboard, typed)
    loop.add_signal_handler(signal.SIGWINCH, resized)
    try:
        with contextlib.suppress(ConnectionError):  # the shell has ended
            while block := await reader.read(1 << 16):
                _show(block)
    finally:
        loop.remove_reader(keyboard)
        loop.remove_signal_handler(signal.SIGWINCH)
        writer.close()


@contextlib.contextmanager
def _raw_terminal() -> Generator[None]:
    """Every key goes inside, also Ctrl-C."""
    before = termios.tcgetattr(sys.stdin)
    tty.setraw(sys.stdin, termios.TCSADRAIN)  # what was typed ahead is kept
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
