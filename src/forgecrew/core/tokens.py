"""Estimating tokens before a prompt is sent, on the safe side."""

import json
import math
from collections.abc import Iterable

from forgecrew.core.json import Json
from forgecrew.core.message import Message

CHARACTERS_PER_TOKEN = 3.6
"""Below the usual 4, since code and JSON are denser than prose; each model profile holds its own measured figure."""


def estimate(text: str, characters_per_token: float = CHARACTERS_PER_TOKEN) -> int:
    """Tokens of one text, rounded up."""
    return math.ceil(len(text) / characters_per_token)


def estimate_prompt(
    messages: Iterable[Message], schema: Json | None = None, characters_per_token: float = CHARACTERS_PER_TOKEN
) -> int:
    """Tokens of a whole request, counted on its JSON form so that escapes and the schema are part of it."""
    shown = [{"role": message.role, "content": message.content} for message in messages]
    size = len(json.dumps(shown, ensure_ascii=False)) + (len(json.dumps(schema)) if schema else 0)
    return math.ceil(size / characters_per_token)
