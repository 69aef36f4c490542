"""Words of scripts that set no spaces between them (Chinese, Japanese) or few (Korean): each two letters side by side.

Neither database takes such a run of letters apart, so a text would be found by the whole run alone, mostly half a sentence.
"""

import re
from collections.abc import Iterable

LETTERS = (
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003134f"
)
"""Han, kana and hangul, as a regular expression's set."""
_ANY = re.compile(f"[{LETTERS}]")
_PART = re.compile(f"[{LETTERS}]+|[^{LETTERS}]+")
_WORD = re.compile(r"[^\W_]+")
PAIRS_MAX = 2_000


def has_unspaced(text: str) -> bool:
    """Whether any letter of such a script stands in it."""
    return not text.isascii() and _ANY.search(text) is not None


def taken_apart(words: Iterable[str]) -> list[str]:
    """Words with those of such a script as pairs of letters, in their order; what stands between the pairs stays as it is."""
    found: list[str] = []
    for word in words:
        for part in _PART.findall(word) if has_unspaced(word) else [word]:
            pairs = len(part) - 1 if has_unspaced(part) else 0
            found += [part[nth : nth + 2] for nth in range(pairs)] if pairs else [part]
    return found


def unspaced(text: str) -> str:
    """The pairs of a whole text in lower case, each once; empty for one that has spaces between its words."""
    if not has_unspaced(text):
        return ""
    words = (word for word in _WORD.findall(text.lower()) if has_unspaced(word))
    return " ".join(list(dict.fromkeys(taken_apart(words)))[:PAIRS_MAX])
