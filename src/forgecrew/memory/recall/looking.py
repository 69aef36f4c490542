"""Looking: what a recall reads of candidates by names and words, then by meaning."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.moment import utc_now
from forgecrew.memory.recall.asked import Asked
from forgecrew.memory.recall.by_meaning import by_meaning, give_vectors
from forgecrew.memory.recall.facts import fact_lines
from forgecrew.memory.recall.focus import in_focus
from forgecrew.memory.recall.gather import gather
from forgecrew.memory.recall.near import Near
from forgecrew.memory.recall.relevance import tell, telling
from forgecrew.memory.recall.seen import Seen
from forgecrew.memory.term_counts import TermCounts
from forgecrew.store.queries import recall_log


async def look(connection: AsyncConnection, asked: Asked, counts: TermCounts, model_id: str = "") -> Seen:
    """By what is named and by words; waits for nothing but the connection."""
    text = f"{asked.text}\n{asked.more}"
    focus = await in_focus(connection, asked.scope, text, repo=asked.repo, thread=asked.thread)
    counted = await counts.of(connection, text)
    held, words = await gather(connection, asked, focus, counted, model_id), telling(asked, counted)
    tell(held, words)  # here, since the embedder may well still read the question
    facts = await fact_lines(connection, asked, focus, utc_now())
    return Seen(held, facts, len(focus), words, await recall_log.weights(connection), model_id)


async def look_near(connection: AsyncConnection, asked: Asked, seen: Seen, near: Near) -> Seen:
    """The same with what is near in meaning, now that `asked` has its vector."""
    if seen.model_id != near.model_id:
        await give_vectors(connection, asked.scope, seen.held, near.model_id)
    held = await by_meaning(connection, asked, seen.held, near)
    tell(held[len(seen.held) :], seen.words)
    return replace(seen, held=held, model_id=near.model_id)
