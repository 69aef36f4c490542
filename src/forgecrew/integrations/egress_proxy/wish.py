"""What a request wants: scheme, host, port and path, read so that nobody after us can read it otherwise."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from forgecrew.core.host_name import authority_of, shown_host

_PORTS = {"http": 80, "https": 443}


class BadWish(Exception):
    """The request cannot be understood in one way only."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One request. `path` is empty for a tunnel."""

    method: str
    scheme: str
    host: str
    port: int
    path: str = ""

    @property
    def authority(self) -> bytes:
        """The Host header."""
        default = self.port == _PORTS.get(self.scheme)
        place = shown_host(self.host, self.port)
        return (place.rpartition(":")[0] if default else place).encode()


def wish_of(request: Any, inside: Wish | None = None) -> Wish:
    """The wish of a request to the proxy; `inside` is the tunnel that it came through. Raises BadWish."""
    method, target = request.method.decode(), request.target.decode()
    names = [bytes(name).lower() for name, _ in request.headers]
    hosts = [bytes(value).decode("latin-1") for name, value in request.headers if bytes(name).lower() == b"host"]
    if b"transfer-encoding" in names and b"content-length" in names:
        raise BadWish("both Content-Length and Transfer-Encoding")
    if method == "TRACE":
        raise BadWish("TRACE is not carried")
    if inside is not None:
        if not target.startswith("/"):
            raise BadWish("a path was expected")
        wish = Wish(method, inside.scheme, inside.host, inside.port, target)
    elif method == "CONNECT":
        wish = Wish(method, "", *_authority(target, None))
    else:
        wish = _absolute(method, target)
    for host in hosts:
        if _authority(host, _PORTS.get(wish.scheme, wish.port)) != (wish.host, wish.port):
            raise BadWish("the Host header names another host than the request")
    return wish


def _absolute(method: str, target: str) -> Wish:
    scheme, mark, rest = target.partition("://")
    if not mark:
        raise BadWish("this is a proxy: a full address was expected")
    if scheme.lower() != "http":
        raise BadWish("only http:// is carried as it is; use CONNECT for the others")
    end = min((place for mark in "/?#" if (place := rest.find(mark)) >= 0), default=len(rest))
    authority, path = rest[:end], rest[end:].partition("#")[0]
    if "@" in authority:
        raise BadWish("an address with a user in it")
    return Wish(method, "http", *_authority(authority, 80), path if path.startswith("/") else f"/{path}")


def _authority(text: str, default_port: int | None) -> tuple[str, int]:
    try:
        return authority_of(text, default_port)
    except ValueError as error:
        raise BadWish(str(error)) from None


def climbs(path: str) -> bool:
    """Whether a path has dot segments, plain or encoded, so that a server may read another one."""
    plain = unquote(unquote(path.partition("?")[0])).replace("\\", "/")
    return any(part.partition(";")[0] in (".", "..") for part in plain.split("/"))
