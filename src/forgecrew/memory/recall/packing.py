"""Which candidates go into a prompt: nothing twice, few of one thread, facts before quotes before code, within the tokens."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from forgecrew.memory.ranking.pack import pack
from forgecrew.memory.recall.asked import Asked, Candidate, Line
from forgecrew.memory.recall.show import quote

FACTS_SHARE = 0.3
CODE_SHARE = 1 / 3
"""Of the room, for a task that works on code."""
THREAD_MAX = 3
"""Of one thread: what else it says can be read there."""
ORDER = {"fact": 0, "quote": 1, "code": 2}


def without_doubles(ordered: Sequence[Candidate]) -> list[Candidate]:
    """The best of those that say the same, and at most three of one thread."""
    kept: list[Candidate] = []
    said: set[str] = set()
    threads: Counter[str] = Counter()
    for one in ordered:
        if one.chunk.text_hash in said or threads[one.chunk.thread_key] >= THREAD_MAX:
            continue
        said.add(one.chunk.text_hash)
        threads[one.chunk.thread_key] += 1
        kept.append(one)
    return kept


def without_seen(ordered: Sequence[Candidate], seen: str) -> list[Candidate]:
    """Those whose text does not stand in what is `seen` anyway."""
    before = " ".join(seen.split())
    return [one for one in ordered if not before or " ".join(one.chunk.text.split()) not in before]


def facts_that_fit(facts: Sequence[Line], asked: Asked) -> list[Line]:
    """Facts within their share of the room, in their order."""
    kept: list[Line] = []
    room = asked.tokens_max * FACTS_SHARE
    for line in facts:
        if line.tokens <= room and len(kept) < asked.limit:
            kept.append(line)
            room -= line.tokens
    return kept


def lines_that_fit(lines: Sequence[Line], room: float) -> list[Line]:
    """The first of them, as many as fit."""
    kept: list[Line] = []
    for line in lines:
        room -= line.tokens
        if room < 0:
            break
        kept.append(line)
    return kept


def quotes_that_fit(ordered: Sequence[Candidate], asked: Asked, room: float) -> list[tuple[Candidate, Line]]:
    """The best quotes that fit, best first."""
    lines = [quote(one, asked) for one in ordered[: asked.limit * 2]]
    if not lines:
        return []
    falling = np.arange(len(lines), 0, -1, dtype=np.float64)
    texts = [one.chunk.text for one in ordered[: len(lines)]]
    places = pack(falling, [line.tokens for line in lines], room, texts)[: asked.limit]
    return [(ordered[place], lines[place]) for place in places]


def in_prompt_order(lines: Sequence[Line]) -> list[Line]:
    """Facts, then quotes, then code; within each the best first, as they come."""
    return sorted(lines, key=lambda line: ORDER[line.kind])
