"""Comparing what was read: without any database, in a thread."""

from forgecrew.core.moment import utc_now
from forgecrew.memory.recall.asked import Asked, Candidate
from forgecrew.memory.recall.order import order
from forgecrew.memory.recall.relevance import relevance
from forgecrew.memory.recall.seen import Seen


def compare(seen: Seen, asked: Asked) -> list[Candidate]:
    """The candidates in order, best first; those below `asked.min_relevance` are left out. Takes some milliseconds."""
    for one, likely in zip(seen.held, relevance(seen.held, seen.words), strict=True):
        one.relevance = likely
    return order([one for one in seen.held if one.relevance >= asked.min_relevance], asked, seen.learned, utc_now())
