"""Texts as they are shown to a model that looks for facts, and how many of them one question holds."""

from collections.abc import Sequence

from forgecrew.core.tokens import CHARACTERS_PER_TOKEN, estimate
from forgecrew.memory.facts.offer import FactSource
from forgecrew.memory.facts.spoken import spoken

TEXTS_MAX = 12
TEXTS_TOKENS = 1_900
HEAD_TOKENS = 24


def shown(one: FactSource) -> str:
    """What it is, where, by whom and when, then what its author said."""
    where = one.thread_key.rpartition("/")[2]
    return f"{one.kind} in {where} by {one.author}, {one.at:%Y-%m-%d}:\n{spoken(one.text)}"


def batch(texts: Sequence[FactSource], characters_per_token: float = CHARACTERS_PER_TOKEN) -> Sequence[FactSource]:
    """As many of them, in their order, as one question holds; at least one."""
    room = TEXTS_TOKENS
    for place, one in enumerate(texts[:TEXTS_MAX]):
        room -= estimate(spoken(one.text), characters_per_token) + HEAD_TOKENS
        if room < 0 and place:
            return texts[:place]
    return texts[:TEXTS_MAX]
