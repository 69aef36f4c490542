"""Talks to one Gitea or Forgejo over HTTP as one account: one attempt per call, and errors sorted by who must act."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import cast
from urllib.parse import quote

import httpx

from forgecrew.core.errors import ConfigError, ForgeUnavailable, RefusedError
from forgecrew.core.json import Json
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.gitea.fields import rows
from forgecrew.integrations.gitea.refusals import Answer, check

Query = Mapping[str, str | int | bool | Sequence[str]]
Watch = Callable[[httpx.Request], Awaitable[None]]

PAGE_ITEMS = 50
"""Servers cap pages silently at 50 unless they are set otherwise."""

PAGES_MAX = 400
ANSWER_BYTES_MAX = 64 << 20


def at(template: str, repo: RepoRef | None = None, **parts: str | int) -> str:
    """A path from its template, every part quoted. A part named `rest` keeps its slashes (branch names, file paths)."""
    if repo:
        parts |= {"owner": repo.owner, "repo": repo.name}
    quoted = {name: quote(str(part), safe="/" if name == "rest" else "") for name, part in parts.items()}
    return template.format_map(quoted)


class Transport:
    """One account's HTTP connection; `url` is what people open in a browser, with its sub-path if there is one."""

    def __init__(
        self,
        url: str,
        token: str = "",
        *,
        basic: tuple[str, str] | None = None,
        timeout_seconds: float = 30.0,
        watch: Watch | None = None,
    ) -> None:
        self.url = url.strip().rstrip("/").removesuffix("/api/v1")
        if not self.url.startswith(("http://", "https://")):
            raise ConfigError(f"{url!r} is not the address of a forge: write it as http://host or https://host/sub-path")
        self.watch = watch
        headers = {"Accept": "application/json", "User-Agent": "forgecrew"}
        if token:
            headers["Authorization"] = f"token {token}"
        self._client = httpx.AsyncClient(
            headers=headers,
            auth=httpx.BasicAuth(*basic) if basic else None,
            verify=not self.url.startswith("http://"),  # loading certificates takes longer than many a call
            timeout=httpx.Timeout(timeout_seconds, connect=10.0),
            event_hooks={"request": [watch] if watch else []},
        )

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def request(
        self, method: str, path: str, *, query: Query | None = None, body: Json | None = None, bytes_max: int = ANSWER_BYTES_MAX
    ) -> Answer:
        """One call below /api/v1. Raises ForgeUnavailable, NotFound or RefusedError (also beyond `bytes_max`)."""
        return await self._send(method, f"{self.url}/api/v1{path}", query, body, bytes_max)

    async def outside(self, path: str, *, bytes_max: int = ANSWER_BYTES_MAX) -> Answer:
        """GET of a path that does not lie below /api/v1."""
        return await self._send("GET", self.url + path, None, None, bytes_max)

    async def item(
        self, method: str, path: str, *, query: Query | None = None, body: Json | None = None, bytes_max: int = ANSWER_BYTES_MAX
    ) -> Json:
        """One call that is to answer with a JSON object; `{}` for null, nothing and lists."""
        value = self._json(await self.request(method, path, query=query, body=body, bytes_max=bytes_max))
        return cast(Json, value) if isinstance(value, dict) else {}

    async def items(self, path: str, query: Query | None = None) -> list[Json]:
        """GET of a list that is not paginated; null counts as empty."""
        return rows(self._json(await self.request("GET", path, query=query)))

    async def pages(self, path: str, query: Query | None = None) -> list[Json]:
        """GET of a paginated list, all pages by number until the told total or an empty page.

        Pages may be shorter than asked for, and `Link` headers name a host that may not be ours: neither is relied on.
        """
        found: list[Json] = []
        last: list[Json] = []
        for page in range(1, PAGES_MAX + 1):
            answer = await self.request("GET", path, query={**(query or {}), "page": page, "limit": PAGE_ITEMS})
            got = rows(self._json(answer))
            if not got or got == last:
                break
            found += got
            last = got
            total = answer.headers.get("X-Total-Count", "")
            if total.isdigit() and len(found) >= int(total):
                break
        return found

    async def _send(self, method: str, url: str, query: Query | None, body: Json | None, bytes_max: int) -> Answer:
        params = {name: _plain(value) for name, value in query.items()} if query else None
        try:
            async with self._client.stream(method, url, params=params, json=body) as response:
                content = await _read(response, bytes_max)
        except httpx.TransportError as error:
            told = str(error) or type(error).__name__
            raise ForgeUnavailable(
                f"{self.url} does not answer ({told}): is the address right and the forge running?"
            ) from error
        answer = Answer(f"{method} {url}", response.status_code, response.headers, content)
        check(answer, self.url)
        return answer

    def _json(self, answer: Answer) -> object:
        if not answer.content:
            return None
        try:
            return answer.json()
        except ValueError as error:
            told = answer.headers.get("Content-Type", "nothing that it names")
            raise ForgeUnavailable(
                f"{self.url} answered {told} where JSON was expected: is it the address of a Gitea or Forgejo?"
            ) from error


def _plain(value: str | int | bool | Sequence[str]) -> str | int | list[str]:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str | int) else list(value)


async def _read(response: httpx.Response, bytes_max: int) -> bytes:
    content = bytearray()
    async for part in response.aiter_bytes():
        content += part
        if len(content) > bytes_max:
            raise RefusedError(f"{response.request.url} is larger than {bytes_max} bytes")
    return bytes(content)
