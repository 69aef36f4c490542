"""Git over smart HTTP: git's own backend as a child process, and what a push means for branches, pull requests and webhooks."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

from forgecrew.integrations.practice.accounts import check_scope
from forgecrew.integrations.practice.permissions import at_least, permission
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.pushes import pushed
from forgecrew.integrations.practice.records import Row
from forgecrew.integrations.practice.web import Refusal, Request

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

_PATH = re.compile(r"/([^/]+)/([^/]+?)(?:\.git)?/(info/refs|git-upload-pack|git-receive-pack)")
_CHUNK_BYTES = 64 << 10


class GitHttp:
    """Serves clones, fetches and pushes; one push at a time per repository."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self._locks: dict[int, asyncio.Lock] = {}

    def wants(self, path: str) -> bool:
        """Whether a path belongs to git."""
        return _PATH.fullmatch(path) is not None

    async def serve(self, request: Request, receive: Receive, send: Send) -> None:
        """Answer one request of a git client. Raises Refusal before anything was sent."""
        repo, service, tail = self._allowed(request)
        if service != "git-receive-pack" or tail == "info/refs":
            await self._backend(request, repo, tail, receive, send)
            return
        async with self._locks.setdefault(repo["id"], asyncio.Lock()):
            before = await self._practice.git.heads(repo["id"])
            answer: list[Any] = []

            async def keep(message: Any) -> None:
                answer.append(message)

            await self._backend(request, repo, tail, receive, keep)
            await pushed(self._practice, request, repo, before)
        for message in answer:  # held back until now: whoever has pushed may rely on what follows from it
            await send(message)

    def _allowed(self, request: Request) -> tuple[Row, str, str]:
        match = _PATH.fullmatch(request.path)
        if match is None:
            raise Refusal(404, "not found")
        owner, name, tail = match.groups()
        service = request.asked("service") if tail == "info/refs" else tail
        if service not in ("git-upload-pack", "git-receive-pack"):
            raise Refusal(403, "only smart HTTP is served")
        repo = self._practice.repo_named(owner, name)
        have = permission(self._practice.records, repo, request.caller) if repo else "none"
        need = "write" if service == "git-receive-pack" else "read"
        if request.caller is None and not (need == "read" and at_least(have, "read")):
            raise Refusal(401, "credentials are required")
        if repo is None or have == "none":
            raise Refusal(404, "Repository not found")
        if not at_least(have, need):
            raise Refusal(403, "User permission denied for writing.")
        as_api = Request("POST" if need == "write" else "GET", "", "", {}, {}, scopes=request.scopes)
        check_scope(as_api, "repository")
        return repo, service, tail

    async def _backend(self, request: Request, repo: Row, tail: str, receive: Receive, send: Send) -> None:
        git = self._practice.git
        environment = git.environment() | {
            "GIT_PROJECT_ROOT": str(git.path(repo["id"])),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": f"/{tail}",
            "QUERY_STRING": f"service={request.asked('service')}" if tail == "info/refs" else "",
            "REQUEST_METHOD": request.method,
            "CONTENT_TYPE": request.headers.get("content-type", ""),
            "REMOTE_USER": request.caller["login"] if request.caller else "",
            "REMOTE_ADDR": "127.0.0.1",
        }
        for header, variable in (
            ("content-length", "CONTENT_LENGTH"),
            ("content-encoding", "HTTP_CONTENT_ENCODING"),
            ("git-protocol", "GIT_PROTOCOL"),
        ):
            if header in request.headers:
                environment[variable] = request.headers[header]
        process = await asyncio.create_subprocess_exec(
            "git", "http-backend", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL, env=environment,
        )  # fmt: skip
        assert process.stdin and process.stdout
        feeding = asyncio.create_task(_feed(process.stdin, receive))
        try:
            await _answer(process.stdout, send)
            await process.wait()
        finally:
            feeding.cancel()
            await asyncio.gather(feeding, return_exceptions=True)
            if process.returncode is None:
                process.kill()
                await process.wait()


async def _feed(stdin: asyncio.StreamWriter, receive: Receive) -> None:
    try:
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                break
            stdin.write(message.get("body", b""))
            await stdin.drain()
            more = message.get("more_body", False)
    except (BrokenPipeError, ConnectionResetError):
        pass  # git has read all it wanted
    finally:
        stdin.close()


async def _answer(stdout: asyncio.StreamReader, send: Send) -> None:
    """Turn the answer of a CGI program into one of ours."""
    status = 200
    headers: list[tuple[bytes, bytes]] = []
    while line := (await stdout.readline()).strip():
        name, _, value = line.partition(b":")
        if name.lower() == b"status":
            status = int(value.split()[0])
        else:
            headers.append((name.lower(), value.strip()))
    await send({"type": "http.response.start", "status": status if headers else 500, "headers": headers})
    while chunk := await stdout.read(_CHUNK_BYTES):
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
