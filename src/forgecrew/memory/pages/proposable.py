"""Whether a decision or lesson may be proposed as a page: not twice, not often, and not what a page says already."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from forgecrew.core.scope import Scope
from forgecrew.memory.pages.page import EXTRACTOR
from forgecrew.memory.ranking.words import prose_words
from forgecrew.store.database import Database
from forgecrew.store.queries import facts, proposed_pages

CHARACTERS_MIN, CHARACTERS_MAX = 20, 2_000
PER_TASK_MAX = 1
PER_MONTH_MAX = 6
"""Of one repository: people shall not be flooded."""
_MARK = re.compile(r"\[m:[0-9a-z]+\]", re.I)
ALIKE = 0.5
"""Share of the words of two texts that they have in common from which on they say the same."""


def unfit(said: str) -> str:
    """What is wrong with a text by itself; empty when nothing is."""
    if not CHARACTERS_MIN <= len(said) <= CHARACTERS_MAX:
        return f"a page has {CHARACTERS_MIN} to {CHARACTERS_MAX} characters"
    return "it copies what memory had shown: use words of your own" if _MARK.search(said) else ""


async def why_not(database: Database, said: str, path: str, *, task_id: int, repo: str, readers: str, now: datetime) -> str:
    """What speaks against proposing it now; empty when nothing does."""
    scope = Scope(frozenset({"public", readers}), frozenset({repo}))
    async with database.read() as connection:
        earlier = await proposed_pages.proposed(connection, repo)
        held = await facts.pages(connection, scope, repo, EXTRACTOR, now=now)
    if sum(one.task_id == task_id for one in earlier) >= PER_TASK_MAX:
        return "this task has proposed one already"
    if any(one.path == path for one in earlier) or _like(said, [one.body for one in earlier]):
        return "it was proposed before"
    if any(row.name.endswith(path) for row in held) or _like(said, [row.object_text for row in held]):
        return "a page says so already"
    if sum(now - one.at < timedelta(days=30) for one in earlier) >= PER_MONTH_MAX:
        return "enough pages of this month wait for people"
    return ""


def _like(said: str, others: Sequence[str]) -> bool:
    words = set(prose_words(said))
    return any(
        len(words & other) >= ALIKE * len(words | other) for other in (set(prose_words(one)) for one in others) if other
    )  # fmt: skip
