"""Runs inside a container beside a command, given to `python3 -c`: hands the host sockets of this private loopback.

It imports nothing of this project. Arguments: the socket of the host, the ports of the doors (`80,81` or nothing). It listens
at the doors' ports and sends the listeners to the host; then a fork answers each byte `4` or `6` with a new socket of that
family, which the host connects to the port that it wants. Whoever speaks in its name inside can only give the host sockets
that lead inside.
"""

import os
import socket
import sys

_BACKLOG = 64
_FAMILIES = {b"4": socket.AF_INET, b"6": socket.AF_INET6}


def main() -> None:
    """Open the doors, then hand out sockets until the host hangs up."""
    host, ports = sys.argv[1:]
    channel = socket.socket(socket.AF_UNIX)
    channel.connect(host)
    doors = [socket.create_server(("127.0.0.1", int(port)), backlog=_BACKLOG) for port in ports.split(",") if port]
    socket.send_fds(channel, [b"."], [door.fileno() for door in doors])
    for door in doors:
        door.close()
    if os.fork():
        os._exit(0)
    os.setsid()
    while wanted := channel.recv(1):
        try:
            with socket.socket(_FAMILIES[wanted]) as fresh:
                socket.send_fds(channel, [b"."], [fresh.fileno()])
        except OSError:  # no such family here, or too many open
            channel.send(b"-")


if __name__ == "__main__":
    main()
