"""Serving the web application on a socket of our own, with an end that open streams cannot hold up."""

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from litestar import Litestar

from forgecrew.core.errors import ConfigError

GRACEFUL_SECONDS = 2


class _Server(uvicorn.Server):
    """Leaves signals to the process: several parts of it must hear them."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Nothing to capture."""
        yield


def bind(host: str, port: int, *, section: str = "server") -> socket.socket:
    """A socket that is bound. Raises ConfigError, naming the setting, when that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise ConfigError(
            f"cannot listen on {host}:{port} ({error.strerror}): set {section}.port or {section}.host to what is free"
        ) from error
    return made


async def serve(app: Litestar, bound: socket.socket, stopping: asyncio.Event) -> None:
    """Serve until the event is set; open connections get two seconds then."""
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, proxy_headers=False,
        timeout_graceful_shutdown=GRACEFUL_SECONDS, lifespan="on", ws="none",
    )  # fmt: skip
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    asked = asyncio.create_task(stopping.wait())
    await asyncio.wait([serving, asked], return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    asked.cancel()
    await serving
