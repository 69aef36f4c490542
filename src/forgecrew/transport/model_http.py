"""One connection pool to a model server: JSON by GET, lines of a streamed answer by POST."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx

from forgecrew.core.errors import ConfigError, ModelUnavailable
from forgecrew.core.json import Json, as_object
from forgecrew.core.model_call import status_error
from forgecrew.core.model_stream import LineBuffer

CONNECT_SECONDS = 10.0
ASK_SECONDS = 30.0
ERROR_BYTES_MAX = 20_000


class ModelHttp:
    """Raises ModelUnavailable, RefusedError and ConfigError only; proxies of the environment are not used."""

    def __init__(self, url: str, headers: dict[str, str], chunk_seconds: float, prefix: str = "model.") -> None:
        """`prefix` is how the keys of its settings begin, which messages name."""
        if not url.startswith(("http://", "https://")):
            raise ConfigError(f"{prefix}url is {url!r}: it must begin with http:// or https://")
        self.url, self.prefix = url.rstrip("/"), prefix
        self._chunk_seconds = chunk_seconds
        self._client = httpx.AsyncClient(
            headers=headers,
            verify=url.startswith("https://"),  # certificates take 20 ms of computing to load
            timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
            trust_env=False,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
        )

    async def get(self, path: str) -> Any:
        """The JSON at a path."""
        return await self._once("GET", path, None)

    async def post(self, path: str, body: Json, seconds: float = ASK_SECONDS) -> Any:
        """The JSON that a short question gives; `seconds` bound the whole of it."""
        try:
            async with asyncio.timeout(seconds):
                return await self._once("POST", path, body, seconds)
        except TimeoutError:
            raise ModelUnavailable(f"{self.url}{path} did not answer within {seconds:g} s") from None

    async def stream(self, path: str, body: Json, seconds: float, on_line: Callable[[bytes], None]) -> None:
        """Post, and pass on every line that comes; `seconds` bound the first byte and the whole."""
        spoke = False
        try:
            async with asyncio.timeout(seconds), self._client.stream("POST", self.url + path, content=_bytes(body)) as response:
                if response.status_code != 200:
                    raise status_error(response.status_code, await _message(response), self.url, self.prefix)
                lines, pieces = LineBuffer(), response.aiter_bytes()
                while True:
                    async with asyncio.timeout(self._chunk_seconds if spoke else None):
                        piece = await anext(pieces, None)
                    if piece is None:
                        break
                    spoke = True
                    for line in lines.feed(piece):
                        on_line(line)
                on_line(lines.rest())
        except TimeoutError:
            said = f"broke off for {self._chunk_seconds:.0f} s or took" if spoke else "did not answer within"
            raise ModelUnavailable(f"{self.url} {said} {seconds:.0f} s") from None
        except ValueError as error:
            raise ModelUnavailable(f"{self.url} answered nonsense: {error}") from None
        except httpx.HTTPError as error:
            raise self._lost(error) from None

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def _once(self, method: str, path: str, body: Json | None, seconds: float = ASK_SECONDS) -> Any:
        content = None if body is None else _bytes(body)
        try:
            response = await self._client.request(method, self.url + path, content=content, timeout=seconds)
            if response.status_code != 200:
                raise status_error(response.status_code, await _message(response), self.url + path, self.prefix)
            return response.json()
        except ValueError:
            raise ConfigError(f"{self.url}{path} is not JSON: check {self.prefix}url") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._lost(error) from None

    def _lost(self, error: Exception) -> ConfigError | ModelUnavailable:
        if isinstance(error, (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError)):
            return ConfigError(f"{self.prefix}url {self.url} cannot be used: {error}")
        return ModelUnavailable(f"{self.url} does not answer ({str(error) or type(error).__name__})")


def _bytes(body: Json) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


async def _message(response: httpx.Response) -> str:
    """What the server says is wrong."""
    body = (await response.aread())[:ERROR_BYTES_MAX].decode("utf-8", "replace")
    try:
        value = json.loads(body)
    except ValueError:
        return body
    while fields := as_object(value):
        value = next((fields[key] for key in ("error", "message", "detail") if fields.get(key)), body)
    return str(value)
