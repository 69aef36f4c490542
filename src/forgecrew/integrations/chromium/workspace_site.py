"""Files of a workspace as pages: a site of our own, read through the sandbox."""

import asyncio
import mimetypes
import re
import socket
from asyncio import StreamReader, StreamWriter
from urllib.parse import quote, unquote, urlsplit

from forgecrew.core.errors import ForgecrewError
from forgecrew.core.signals import TellModel
from forgecrew.ports.sandbox import Sandbox

HOST = "workspace.localhost"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?![0-9]+(?:/|$))")
FILE_BYTES_MAX = 16 << 20


def address_in(text: str) -> str:
    """The address that is meant: as it is with http(s) or about:blank, else a file of the workspace. Raises TellModel."""
    text = text.strip().strip("<>\"'")
    if text.startswith(("http://", "https://")) or text == "about:blank":
        return text
    if _SCHEME.match(text):
        raise TellModel("Only http:// and https:// addresses can be opened, and files of the workspace by their path.")
    if text.split("/")[0].split(":")[0] in ("localhost", "127.0.0.1"):
        return f"http://{text}"
    return f"http://{HOST}/{quote(text.removeprefix('/workspace').lstrip('/'), safe='/?#=&')}"


class WorkspaceSite:
    """Gives streams on which one GET is answered with a file."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._talks: set[asyncio.Task[None]] = set()

    async def connect(self, port: int) -> tuple[StreamReader, StreamWriter]:
        """A stream; port 80 alone. Raises ConnectionRefusedError."""
        if port != 80:
            raise ConnectionRefusedError("files of the workspace are on port 80")
        ours, theirs = socket.socketpair()
        talk = asyncio.ensure_future(self._talk(*await asyncio.open_connection(sock=ours)))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)
        return await asyncio.open_connection(sock=theirs)

    async def _talk(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            async with asyncio.timeout(60):
                head = await reader.readuntil(b"\r\n\r\n")
                status, kind, body = await self._answer(head.split(b" ")[1].decode("ascii", "replace"))
                writer.write(
                    f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nCache-Control: no-store\r\n"
                    "Connection: close\r\n\r\n".encode()
                    + body
                )
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, IndexError):
            pass  # it has gone, or asks for what no file is named
        finally:
            writer.close()

    async def _answer(self, target: str) -> tuple[str, str, bytes]:
        path = unquote(urlsplit(target).path).lstrip("/")
        problem = "there is nothing"
        for candidate in (path, f"{path.rstrip('/')}/index.html".lstrip("/")):
            try:
                content = await self._sandbox.read(candidate, bytes_max=FILE_BYTES_MAX)
            except (TellModel, ForgecrewError) as error:
                problem = str(error)
                continue
            kind = mimetypes.guess_type(candidate)[0] or "application/octet-stream"
            return "200 OK", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind, content
        return "404 Not Found", "text/plain; charset=utf-8", problem.encode()
