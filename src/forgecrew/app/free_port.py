"""Free ports for servers whose address others must know before they start."""

import secrets
import socket
from pathlib import Path

from forgecrew.core.errors import ConfigError

_OUTGOING = Path("/proc/sys/net/ipv4/ip_local_port_range")
_FIRST, _TRIES = 10_000, 500


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody uses now, like the one after it, where apps are served unless settings say otherwise.

    It lies below those that the kernel gives to outgoing connections: such a one is taken again at any moment, and after
    its connection has ended for a minute more. Raises ConfigError.
    """
    end = min(max(int(_OUTGOING.read_text().split()[0]), 2 * _FIRST), 32_768)
    for _ in range(_TRIES):
        port = _FIRST + secrets.randbelow(end - _FIRST - 1)
        if _is_free(host, port) and _is_free(host, port + 1):
            return port
    raise ConfigError(f"no free port found on {host}: set server.port and apps.port")


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as tried:
        try:
            tried.bind((host, port))
        except OSError:
            return False
    return True
