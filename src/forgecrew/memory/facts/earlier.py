"""What was settled at other times and may be about the same: shown to the model for its topics, never as a source."""

from forgecrew.memory.facts.offer import PREFIX, FactSource
from forgecrew.memory.facts.slot import WRITER
from forgecrew.memory.ranking.words import prose_words
from forgecrew.store.database import Database
from forgecrew.store.queries import found_facts

SHOWN_MAX, SEEN_MAX = 6, 200


async def earlier(database: Database, source: FactSource) -> list[tuple[str, str]]:
    """Topic and statement of what holds in its repository and has most words in common with a text."""
    by = (source.author, int(WRITER))
    async with database.read() as connection:
        rows = await found_facts.earlier(connection, source.repo, source.readers, PREFIX, said_by=by, limit=SEEN_MAX)
    words = set(prose_words(source.text))
    told = [(row.predicate.partition(":")[2], row.object_text) for row in rows]
    alike = [len(words & set(prose_words(f"{topic} {statement}"))) if topic else 0 for topic, statement in told]
    best = sorted(range(len(told)), key=lambda nth: (-alike[nth], nth))[:SHOWN_MAX]
    return [told[nth] for nth in best if alike[nth]]
