"""Estimating tokens before a prompt is sent, on the safe side."""

import json
import math
import re
from collections.abc import Iterable

from forgecrew.core.json import Json
from forgecrew.core.message import Message

_WIDE = re.compile("[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\uffdc\U0001f000-\U0003134f]")
"""Letters of Chinese, Japanese and Korean, and pictures: each counts as a token."""
CHARACTERS_PER_TOKEN = 3.6
"""Below the usual 4, since code and JSON are denser than prose; each model profile holds its own measured figure."""


def estimate(text: str, characters_per_token: float = CHARACTERS_PER_TOKEN) -> int:
    """Tokens of one text, rounded up."""
    wide = wide_letters(text)
    return wide + math.ceil((len(text) - wide) / characters_per_token)


def wide_letters(text: str) -> int:
    """How many letters of a text count as a token each."""
    return 0 if text.isascii() else len(_WIDE.findall(text))


def beginning(text: str, tokens_max: int) -> str:
    """As much of the beginning of a text as these tokens hold."""
    room = tokens_max * CHARACTERS_PER_TOKEN
    if text.isascii():
        return text[: int(room)]
    for place, letter in enumerate(text):
        room -= CHARACTERS_PER_TOKEN if _WIDE.match(letter) else 1
        if room < 0:
            return text[:place]
    return text


def estimate_prompt(
    messages: Iterable[Message], schema: Json | None = None, characters_per_token: float = CHARACTERS_PER_TOKEN
) -> int:
    """Tokens of a whole request, counted on its JSON form so that escapes and the schema are part of it."""
    shown = [{"role": message.role, "content": message.content} for message in messages]
    return estimate(json.dumps(shown, ensure_ascii=False) + (json.dumps(schema) if schema else ""), characters_per_token)
