"""Names out of code, taken apart and put together, so that getUserName, get_user_name and "user name" find each other."""

import re
from itertools import islice

_NAME = re.compile(
    r"[A-Za-z][A-Za-z0-9]*(?:[_./:-]+[A-Za-z0-9]+)+|[A-Za-z]*[a-z0-9][A-Z][A-Za-z0-9]*"
    r"|[A-Z]+[a-z]+[A-Z]\w*|[A-Z]{2,}[a-z]\w*"
)
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
NAMES_MAX = 60


def identifiers(text: str) -> str:
    """Parts of the names in a text and each name without its joints, in lower case, each once; empty for plain prose."""
    words: dict[str, None] = {}
    for match in islice(_NAME.finditer(text), NAMES_MAX):
        parts = [part.lower() for part in _PART.findall(match.group())]
        if len(parts) < 2:
            continue
        for part in parts:
            if len(part) > 1:
                words[part] = None
        joined = "".join(parts)
        if len(joined) <= 60:
            words[joined] = None
    return " ".join(words)
