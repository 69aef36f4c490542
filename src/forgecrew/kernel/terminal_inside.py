"""Runs inside a sandbox, given to `python3 -c`: a terminal with a shell, behind one connection to a port of its loopback.

It imports nothing of this project. Arguments: the port, then shells, of which the first that is there is started. What comes
in are frames: `d` or `w`, two bytes of length, then keys, or rows and columns as two bytes each. What goes out are bytes.
"""

import fcntl
import os
import pty
import selectors
import socket
import struct
import sys
import termios


def main() -> None:
    """Serve one person until the shell ends or the person goes."""
    port, *shells = sys.argv[1:]
    with socket.create_server(("127.0.0.1", int(port))) as server:
        person, _ = server.accept()
    child, terminal = pty.fork()
    if child == 0:
        shell = next(one for one in shells if os.path.exists(one))
        os.execv(shell, [shell])  # noqa: S606 - the person's shell
    relay(person, terminal)


def relay(person: socket.socket, terminal: int) -> None:
    """Both ways until one side ends."""
    frames = b""
    with selectors.DefaultSelector() as waiting:
        waiting.register(person, selectors.EVENT_READ)
        waiting.register(terminal, selectors.EVENT_READ)
        while True:
            for ready, _ in waiting.select():
                try:
                    block = os.read(ready.fd, 65536)
                except OSError:  # the shell has ended
                    return
                if not block:
                    return
                if ready.fd == terminal:
                    person.sendall(block)
                else:
                    frames = take(frames + block, terminal)


def take(frames: bytes, terminal: int) -> bytes:
    """Do what whole frames say; gives the rest."""
    while len(frames) >= 3 and len(frames) >= 3 + (size := struct.unpack("!H", frames[1:3])[0]):
        kind, body, frames = frames[:1], frames[3 : 3 + size], frames[3 + size :]
        if kind == b"w":
            fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *struct.unpack("!HH", body), 0, 0))
        else:
            os.write(terminal, body)
    return frames


if __name__ == "__main__":
    main()
