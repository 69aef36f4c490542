"""Which weights a kind of chunk goes by."""

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "comment": "dialogue", "review": "dialogue", "note": "dialogue", "issue": "issue", "pull": "issue", "run": "run",
    "step": "run", "commit": "change", "code": "code",
}  # fmt: skip
"""Corpus kind by kind of chunk; all others are `doc`."""


def corpus_of(kind: str) -> str:
    """Of a kind of chunk."""
    return KINDS.get(kind, "doc")
