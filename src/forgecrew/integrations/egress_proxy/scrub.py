"""Taking secrets out of an answer that holds them, at the same length."""

import base64
import binascii
from collections.abc import Sequence

from forgecrew.integrations.egress_proxy.http_side import Headers

SHORTEST = 6


class Scrub:
    """Blots secrets out of headers and of a body that comes in pieces."""

    def __init__(self, secrets: Sequence[bytes]) -> None:
        self._secrets = sorted(secrets, key=len, reverse=True)
        self._kept = b""
        self._longest = max(map(len, secrets), default=1)

    def headers(self, headers: Headers) -> Headers:
        """The headers without secrets."""
        return [(name, self._blot(value)) for name, value in headers]

    def feed(self, block: bytes) -> bytes:
        """What can be passed on now."""
        text = self._blot(self._kept + block)
        keep = min(len(text), self._longest - 1)
        self._kept = text[len(text) - keep :]
        return text[: len(text) - keep]

    def end(self) -> bytes:
        """The rest."""
        rest, self._kept = self._blot(self._kept), b""
        return rest

    def _blot(self, text: bytes) -> bytes:
        for secret in self._secrets:
            text = text.replace(secret, b"*" * len(secret))
        return text


def secrets_of(value: str) -> list[bytes]:
    """What must not come back: the header's value, its last word, and what that says when it is a Basic login."""
    word = value.split()[-1] if value.split() else ""
    found = {value, word}
    if value.lower().startswith("basic "):
        try:
            login = base64.b64decode(word, validate=True).decode("utf-8", "replace")
        except binascii.Error:
            login = ""
        found |= {login, login.partition(":")[2]}
    return [one.encode() for one in found if len(one) >= SHORTEST]
