"""Runs inside a sandbox before a command: hands the host sockets of this private loopback.

Arguments: the channel to the host (a descriptor, or the path of a socket), the ports of the doors (`80,81` or nothing), `stays`
or nothing, then the command, if there is one. First it listens at the doors' ports and sends the listeners to the host. If it
stays, a fork answers each byte `4` or `6` with a new socket of that family; the host connects it to the port that it wants.
Then it becomes the command, or ends. Whoever speaks in its name inside can only give the host sockets that lead inside.
"""

import os
import socket
import sys
from typing import NoReturn

_BACKLOG = 64
_FAMILIES = {b"4": socket.AF_INET, b"6": socket.AF_INET6}


def _hand_out(channel: socket.socket) -> NoReturn:
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd in range(3):
        os.dup2(nothing, fd)
    while wanted := channel.recv(1):
        try:
            with socket.socket(_FAMILIES[wanted]) as fresh:
                socket.send_fds(channel, [b"."], [fresh.fileno()])
        except OSError:  # no such family here, or too many open
            channel.send(b"-")
    os._exit(0)


def _channel(words: str) -> socket.socket:
    if words.isdigit():
        channel = socket.socket(fileno=int(words))
        channel.set_inheritable(False)
    else:
        channel = socket.socket(socket.AF_UNIX)
        channel.connect(words)
    return channel


def main() -> None:
    """Open the doors and become the command."""
    words, ports, stays, *command = sys.argv[1:]
    channel = _channel(words)
    doors = [socket.create_server(("127.0.0.1", int(port)), backlog=_BACKLOG) for port in ports.split(",") if port]
    socket.send_fds(channel, [b"."], [door.fileno() for door in doors])
    for door in doors:
        door.close()
    if stays and os.fork() == 0:
        _hand_out(channel)
    if not command:
        return
    try:
        os.execvp(command[0], command)  # noqa: S606 - no shell is wanted
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
