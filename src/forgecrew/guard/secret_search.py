"""Finding known secrets in a text, also in pieces and in common disguises."""

import base64
import codecs
import html
import math
import re
import urllib.parse
from collections.abc import Iterator, Mapping

WINDOW = 12
"""Characters of a secret that give it away; shorter pieces are not found."""

_OTHER = re.compile(r"[^a-z0-9]+")


class SecretSearch:
    """Searches texts for the secrets that it was made with; `secrets` maps names (for messages) to values.

    Separators, letter case and white space do not matter. Found: the plain value, reversed, rot13, base16/32/64/85, twice
    base64, decimal codes, percent and HTML escapes. Not found: encryption, compression, pieces below WINDOW characters.
    """

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._windows: dict[int, dict[str, str]] = {}
        for name, secret in secrets.items():
            if len(secret) < WINDOW:
                continue
            for form in {secret, secret[::-1]}:
                for disguise in _disguises(form):
                    self._add(name, _plain(disguise), len(secret))

    def _add(self, name: str, disguise: str, length: int) -> None:
        size = max(WINDOW, math.ceil(WINDOW * len(disguise) / length))
        windows = self._windows.setdefault(size, {})
        for at in range(len(disguise) - size + 1):
            windows[disguise[at : at + size]] = name

    def find(self, text: str) -> str | None:
        """Name of a secret that the text gives away, None when there is none."""
        unescaped = html.unescape(urllib.parse.unquote(text))
        for shown in {_plain(text), _plain(unescaped)}:
            for size, windows in self._windows.items():
                for at in range(len(shown) - size + 1):
                    if (name := windows.get(shown[at : at + size])) is not None:
                        return name
        return None


def _plain(text: str) -> str:
    return _OTHER.sub("", text.lower())


def _disguises(secret: str) -> Iterator[str]:
    raw = secret.encode()
    yield secret
    yield codecs.encode(secret, "rot13")
    yield raw.hex()
    yield "".join(str(byte) for byte in raw)
    for piece in _shifted(raw, 3):
        once = base64.b64encode(piece)
        yield once.decode().rstrip("=")
        for again in _shifted(once.rstrip(b"="), 3):
            yield base64.b64encode(again).decode().rstrip("=")
    for piece in _shifted(raw, 5):
        yield base64.b32encode(piece).decode().rstrip("=")
    for piece in _shifted(raw, 4):
        yield base64.b85encode(piece).decode()


def _shifted(raw: bytes, group: int) -> Iterator[bytes]:
    """The bytes as they fall into an encoder's groups when something stands before them; only whole groups count."""
    for cut in range(group):
        rest = raw[cut:]
        yield rest[: len(rest) // group * group]
