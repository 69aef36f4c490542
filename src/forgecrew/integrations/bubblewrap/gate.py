"""Runs inside a sandbox before a command, given to `python3 -c`: hands the host sockets of this private loopback.

It imports nothing of this project. Arguments: the descriptor of the channel to the host, the ports of the doors (`80,81` or
nothing), `stays` or nothing, then the command. First it listens at the doors' ports and sends the listeners to the host. If
it stays, a fork answers each byte `4` or `6` with a new socket of that family; the host connects it to the port that it
wants. Then it becomes the command. Whoever speaks in its name inside can only give the host sockets that lead inside.
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


def main() -> None:
    """Open the doors and become the command."""
    channel_fd, ports, stays, *command = sys.argv[1:]
    channel = socket.socket(fileno=int(channel_fd))
    channel.set_inheritable(False)
    if ports:
        doors = [socket.create_server(("127.0.0.1", int(port)), backlog=_BACKLOG) for port in ports.split(",")]
        socket.send_fds(channel, [b"."], [door.fileno() for door in doors])
        for door in doors:
            door.close()
    if stays and os.fork() == 0:
        _hand_out(channel)
    try:
        os.execvp(command[0], command)  # noqa: S606 - no shell is wanted
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
