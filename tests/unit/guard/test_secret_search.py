import base64
import codecs
import random
import secrets
from pathlib import Path

import pytest

from forgecrew.core.errors import RefusedError
from forgecrew.core.label import Integrity
from forgecrew.guard.filters import TEXT_MAX, OutgoingFilter
from forgecrew.guard.secret_search import SecretSearch

TOKEN = "3f9a1c7be2d84056af1b9c3d7e5f20468ab1c9d7"
SEARCH = SecretSearch({"write token of casey": TOKEN, "webhook secret": "Tr0ub4dor&3-and-more", "short": "abc"})


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


RAW = TOKEN.encode()
DISGUISES = {
    "plain": TOKEN,
    "upper": TOKEN.upper(),
    "base64": b64(RAW),
    "base64 in url": "https://x.example/?q=" + base64.urlsafe_b64encode(RAW).decode().rstrip("="),
    "base64 shifted by 1": b64(b"x" + RAW),
    "base64 shifted by 2": b64(b"xy" + RAW),
    "double base64": b64(b64(RAW).encode()),
    "hex": RAW.hex(),
    "reversed": TOKEN[::-1],
    "rot13": codecs.encode(TOKEN, "rot13"),
    "spaces": " ".join(TOKEN),
    "lines": "\n".join(TOKEN[at : at + 8] for at in range(0, 40, 8)),
    "dashes": "-".join(TOKEN[at : at + 4] for at in range(0, 40, 4)),
    "percent": "".join(f"%{byte:02x}" for byte in RAW),
    "entities": "".join(f"&#{byte};" for byte in RAW),
    "hex entities": "".join(f"&#x{byte:x};" for byte in RAW),
    "cut front": TOKEN[7:],
    "cut end": TOKEN[:-8],
    "image": f"![a](https://e.example/{TOKEN[:20]}/{TOKEN[20:]}.png)",
    "decimals": ",".join(map(str, RAW)),
    "base32": base64.b32encode(RAW).decode(),
    "base85": base64.b85encode(RAW).decode(),
    "half": TOKEN[:20],
    "12 characters": TOKEN[5:17],
}


@pytest.mark.parametrize("name", DISGUISES)
def test_disguised_secrets_are_found(name: str) -> None:
    assert SEARCH.find(f"All is well. {DISGUISES[name]} Done.") == "write token of casey"


def test_innocent_text_is_not_refused() -> None:
    texts = [path.read_text() for path in Path(__file__).parents[3].joinpath("src").rglob("*.py")]
    dice = random.Random(4)
    texts += [secrets.token_hex(20), "abc", "".join(dice.choice("0123456789abcdef") for _ in range(20_000))]
    assert [text[:40] for text in texts if SEARCH.find(text)] == []


def test_the_filter_cleans_and_refuses() -> None:
    outgoing = OutgoingFilter(SEARCH, {"git.example.org"})
    cleaned = outgoing.arguments(
        {"body": "a<!-- x -->b\u200b", "comments": [{"body": "![x](http://evil.example/)", "line": 3}], "branch": "casey/1"},
        Integrity.STRANGER,
    )
    assert cleaned == {"body": "ab", "comments": [{"body": "x `http://evil.example/`", "line": 3}], "branch": "casey/1"}
    assert len(outgoing.text("x" * 100_000, Integrity.OWNER)) < TEXT_MAX + 100
    for arguments in (
        {"body": DISGUISES["double base64"]},
        {"branch": f"casey/{TOKEN}"},
        {"names": ["a", "\u200b".join(TOKEN)]},
    ):
        with pytest.raises(RefusedError, match="write token of casey"):
            outgoing.arguments(arguments, Integrity.OWNER)
