"""Headers on their way through the proxy: what only concerns one hop or somebody else's cookies is left out."""

from collections.abc import Iterable

from forgecrew.core.app_access import COOKIE

Headers = list[tuple[bytes, bytes]]

_HOP = {
    b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection", b"te", b"trailer",
    b"transfer-encoding", b"upgrade", b"expect",
}  # fmt: skip
_TOLD_BY_US = {b"forwarded", b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-real-ip"}
_OURS = {COOKIE.encode(), b"__Host-" + COOKIE.encode(), b"forgecrew_login"}

POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; connect-src 'self'; form-action 'self'; base-uri 'self'; "
    "object-src 'none'; frame-ancestors 'self'; "
    "sandbox allow-scripts allow-same-origin allow-forms allow-modals allow-downloads allow-popups"
)
"""What a page of an app may do: everything with its own origin, nothing with others. An app's own policy holds besides."""
ADDED: Headers = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-robots-tag", b"noindex, nofollow, noarchive"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
]
_REPLACED = {name for name, _ in ADDED} - {b"content-security-policy"}


def inwards(headers: Iterable[tuple[bytes, bytes]], *, upgrade: bytes, chunked: bool, client: str, https: bool) -> Headers:
    """A request's headers as the app gets them: no cookies but its own, and who asked, told by us."""
    named = _named_by_connection(headers)
    passed: Headers = []
    for name, value in headers:
        if name in _HOP or name in _TOLD_BY_US or name in named:
            continue
        if name == b"cookie":
            value = without_ours(value)
            if not value:
                continue
        passed.append((name, value))
    host = next((value for name, value in headers if name == b"host"), b"")
    passed += [
        (b"x-forwarded-for", client.encode()),
        (b"x-forwarded-host", host),
        (b"x-forwarded-proto", b"https" if https else b"http"),
    ]
    if chunked:
        passed.append((b"transfer-encoding", b"chunked"))
    if upgrade:
        passed += [(b"connection", b"upgrade"), (b"upgrade", upgrade)]
    return passed


def outwards(headers: Iterable[tuple[bytes, bytes]], *, upgrade: bool = False) -> Headers:
    """An app's answer as the browser gets it: its cookies for its own host alone, and our policy."""
    named = _named_by_connection(headers)
    passed: Headers = []
    for name, value in headers:
        if name in _REPLACED or (not upgrade and (name in _HOP or name in named)):
            continue
        if name == b"set-cookie":
            kept = host_only(value)
            if kept:
                passed.append((name, kept))
            continue
        passed.append((name, value))
    return passed if upgrade else passed + ADDED


def without_ours(value: bytes) -> bytes:
    """A Cookie header without the proxy's own cookies and those of our other pages."""
    kept = [part for part in value.split(b";") if part.strip() and part.split(b"=", 1)[0].strip() not in _OURS]
    return b";".join(kept).strip()


def host_only(value: bytes) -> bytes:
    """A Set-Cookie header without Domain; empty when it would set one of our own cookies."""
    first, *attributes = value.split(b";")
    if first.split(b"=", 1)[0].strip() in _OURS:
        return b""
    kept = [part for part in attributes if part.split(b"=", 1)[0].strip().lower() != b"domain"]
    return b";".join([first, *kept])


def _named_by_connection(headers: Iterable[tuple[bytes, bytes]]) -> set[bytes]:
    """Further headers that the sender calls hop-by-hop."""
    return {word.strip().lower() for name, value in headers if name == b"connection" for word in value.split(b",")}
