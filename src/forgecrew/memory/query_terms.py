"""The words of a question that can find something: names taken apart, words of every text left out."""

import re

from forgecrew.memory.chunking.identifiers import identifiers
from forgecrew.memory.chunking.unspaced import has_unspaced, taken_apart

TERMS_MAX = 40
"""So many are looked up; the rarest of them search."""

_WORD = re.compile(r"[^\W_]+")
_EVERYWHERE = frozenset(
    [
        "a", "about", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did", "do", "does", "for",
        "from", "had", "has", "have", "he", "her", "his", "how", "i", "if", "in", "into", "is", "it", "its", "me", "my", "no",
        "not", "of", "on", "or", "our", "she", "should", "so", "than", "that", "the", "their", "them", "then", "there",
        "they", "this", "to", "us", "was", "we", "were", "what", "when", "where", "which", "who", "why", "will", "with",
        "would", "you", "your",
    ]
)  # fmt: skip


def query_terms(question: str) -> list[str]:
    """Lower-case words, each once, in the order in which they come; parts of names follow after the words."""
    words = taken_apart(word.lower() for word in _WORD.findall(question[:8_000]))
    words += identifiers(question[:8_000]).split()
    some = (word for word in words if 1 < len(word) <= 60 or has_unspaced(word))
    return [word for word in dict.fromkeys(some) if word not in _EVERYWHERE][:TERMS_MAX]
