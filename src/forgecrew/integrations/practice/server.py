"""The practice forge as an ASGI application: git, API and pages behind one address."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

from forgecrew.integrations.practice.accounts import add_account, check_scope, recognize, set_password
from forgecrew.integrations.practice.git_http import GitHttp, Receive, Send
from forgecrew.integrations.practice.pages import page
from forgecrew.integrations.practice.practice import Practice, open_practice
from forgecrew.integrations.practice.resources.everything import everything
from forgecrew.integrations.practice.web import Answer, Refusal, Request, nothing, refuse, reply

BODY_BYTES_MAX = 32 << 20


class PracticeForge:
    """One practice forge; call it as an ASGI application."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self._operations = everything()
        self._git = GitHttp(practice)

    def admin(self, login: str, password: str) -> None:
        """Make sure that an administrator with this password exists."""
        account = self._practice.records.one("account", login=login)
        if account:
            set_password(self._practice.records, account, password)
            self._practice.records.change("account", {"id": account["id"]}, is_admin=1, must_change_password=0)
        else:
            add_account(self._practice.records, login, password, email=f"{login}@localhost", is_admin=True)

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """One connection, as ASGI defines it."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            request = _request(scope)
            try:
                recognize(self._practice.records, request)
                if self._git.wants(request.path):
                    await self._git.serve(request, receive, send)
                    return
                request.body = await _body(receive)
                answer = await self._answer(request)
            except Refusal as refusal:
                answer = refuse(refusal, request.base)
                if refusal.status == 401 and self._git.wants(request.path):
                    answer.headers["WWW-Authenticate"] = 'Basic realm="practice forge"'
            await _send(answer, send)

    async def _answer(self, request: Request) -> Answer:
        path = request.path
        if path == "/api/healthz":
            return reply({"status": "pass", "description": "practice forge"})
        if path == "/swagger.v1.json":
            return reply(self._operations.description())
        if not path.startswith("/api/v1/"):
            return await page(self._practice, request)
        found = self._operations.find("GET" if request.method == "HEAD" else request.method, path.removeprefix("/api/v1"))
        if found is None:
            known = self._operations.known(path.removeprefix("/api/v1"))
            raise Refusal(405 if known else 404, "method not allowed" if known else "The practice forge does not offer this.")
        operation, parts = found
        request.parts = {name: unquote(part) for name, part in parts.items()}
        check_scope(request, operation.scope)
        answer = await operation.run(self._practice, request)
        return nothing(answer.status) if request.method == "HEAD" else answer

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            kind = (await receive())["type"]
            if kind == "lifespan.shutdown":
                await self._practice.deliveries.close()
                self._practice.records.close()
            await send({"type": f"{kind}.complete"})
            if kind == "lifespan.shutdown":
                return


def build(folder: Path) -> PracticeForge:
    """The practice forge that lives in a folder (made there if it is new)."""
    return PracticeForge(open_practice(folder))


def _request(scope: Mapping[str, Any]) -> Request:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    return Request(
        method=scope["method"],
        path=scope["raw_path"].decode("ascii", "replace"),
        base=f"{scope['scheme']}://{headers.get('host', 'localhost')}",
        query=parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True),
        headers=headers,
    )


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > BODY_BYTES_MAX:
            raise Refusal(413, "the request is too large")
        if not message.get("more_body"):
            return bytes(body)


async def _send(answer: Answer, send: Send) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
    if answer.content_type:
        headers.append((b"content-type", answer.content_type.encode()))
    headers.append((b"content-length", str(len(answer.content)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content})
