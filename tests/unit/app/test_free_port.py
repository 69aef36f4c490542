"""Free ports: of neighbours both are free, and no outgoing connection takes them before they are used."""

import contextlib
import socket
from pathlib import Path

from forgecrew.app.free_port import free_port
from forgecrew.app.listen import bind


def test_a_port_and_the_next_are_free_and_no_connection_takes_them() -> None:
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    with contextlib.ExitStack() as held:
        for _ in range(30):
            port = free_port()
            assert port + 1 < max(first, 20_000)
            for one in (port, port + 1):
                held.enter_context(bind("127.0.0.1", one)).listen()


def test_the_port_of_a_connection_that_has_ended_cannot_be_listened_at() -> None:
    """Why ports of outgoing connections are not given."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        one = socket.create_connection(server.getsockname())
        port = one.getsockname()[1]
        other, _ = server.accept()
        one.close()
        other.close()
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                tried.bind(("127.0.0.1", port))
                raise AssertionError("it can: free_port may be simpler")
