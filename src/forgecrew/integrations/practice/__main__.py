"""Starts a practice forge: `python -m forgecrew.integrations.practice --folder DIR --admin NAME:PASSWORD`."""

import argparse
import asyncio
import json
import os
import socket
import sys
from pathlib import Path

import uvicorn

from forgecrew.integrations.practice.server import build


def main() -> None:
    """Serve until interrupted; one JSON line `{"url": …}` on standard output says that it is ready."""
    parser = argparse.ArgumentParser(prog="forgecrew.integrations.practice", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where rows and repositories live")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--admin", metavar="NAME:PASSWORD", required=True)
    parser.add_argument("--until-input-ends", action="store_true", help="stop when whoever started it is gone")
    chosen = parser.parse_args()
    name, _, password = chosen.admin.partition(":")
    forge = build(chosen.folder)
    forge.admin(name, password)
    asyncio.run(_serve(forge, chosen.host, chosen.port, until_input_ends=chosen.until_input_ends))


async def _serve(forge: object, host: str, port: int, *, until_input_ends: bool) -> None:
    listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # asyncio does not for sockets of ours: 40 ms per answer
    config = uvicorn.Config(forge, log_level="warning", access_log=False, timeout_graceful_shutdown=2)  # pyright: ignore[reportArgumentType]
    shown = f"[{host}]" if ":" in host else host
    server = _Server(config, f"http://{shown}:{listening.getsockname()[1]}")
    if until_input_ends:
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), server.on_input)
    await server.serve(sockets=[listening])


class _Server(uvicorn.Server):
    """A server that tells its address when it is ready."""

    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(json.dumps({"url": self._url}) + "\n")
        sys.stdout.flush()

    def on_input(self) -> None:
        """Stop at the end of standard input."""
        if not os.read(sys.stdin.fileno(), 4096):
            asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
            self.should_exit = True


if __name__ == "__main__":
    main()
