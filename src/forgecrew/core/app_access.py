"""Proofs that a browser may see a private app: a short one in a link, a longer one in a cookie of the app's own origin."""

import hashlib
import hmac
import time
from urllib.parse import quote

OPEN_PATH = "/.forgecrew/open"
"""The one path of every app's origin that the app itself never sees."""
COOKIE = "forgecrew_app"
LINK_SECONDS = 300
COOKIE_SECONDS = 12 * 3600


def link(origin: str, name: str, key: bytes, *, to: str = "/") -> str:
    """The address that lets a browser in and leads on to a path of the app."""
    return f"{origin}{OPEN_PATH}?proof={prove(key, 'link', name, int(time.time()) + LINK_SECONDS)}&to={quote(to, safe='/')}"


def prove(key: bytes, purpose: str, name: str, expires: int | str) -> str:
    """`<expires>.<signature>` for one app and one purpose (link, cookie)."""
    signature = hmac.new(key, f"{purpose} {name} {expires}".encode(), hashlib.sha256).hexdigest()
    return f"{expires}.{signature}"


def holds(proof: str, key: bytes, purpose: str, name: str) -> bool:
    """Whether we made this proof and its time has not ended."""
    expires = proof.partition(".")[0]
    if not expires.isascii() or not expires.isdigit() or len(expires) > 12:
        return False
    return hmac.compare_digest(proof.encode(), prove(key, purpose, name, expires).encode()) and int(expires) > time.time()
