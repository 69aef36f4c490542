"""What an offer is about: a known entity by one of its names, else the thread that it was said in."""

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.moment import utc_now
from forgecrew.memory.extract.found import Found
from forgecrew.memory.extract.text_patterns import mentions
from forgecrew.memory.facts.offer import FactSource
from forgecrew.store.queries import fact_texts

PROJECT = frozenset({"", "project", "the project", "repository", "the repository", "repo"})
THREAD = frozenset({"thread", "this thread", "this issue", "issue", "this", "this pull request", "pull request"})
AUTHOR = frozenset({"author", "the author", "me", "i"})


async def subject_of(connection: AsyncConnection, source: FactSource, about: str) -> tuple[int, str]:
    """Its id, and what is left of the words when nothing is known by them: they stay text."""
    words = " ".join(about.split()).strip("`'\". ")
    plain = words.lower()
    if plain in THREAD:
        return source.entity_id, ""
    keys: list[tuple[str, str]] = []
    if plain in PROJECT or plain in (source.repo.lower(), source.repo.rpartition("/")[2].lower()):
        keys = [("repo", source.repo)]
    elif plain in AUTHOR or plain.lstrip("@") == source.author.lower():
        keys = [("user", source.author.lower())]
    if keys:
        found = await fact_texts.by_keys(connection, keys)
        return (found[0], "") if found else (source.entity_id, "")
    named = await fact_texts.named_in(connection, source.id)
    for row in named:
        if row.kind != "user" and plain in _names(row.key.lower(), row.name.lower()):  # nobody speaks for another person
            return row.id, ""
    return source.entity_id, words


async def object_of(connection: AsyncConnection, source: FactSource, quote: str, subject_id: int) -> int | None:
    """The one known entity that the quote names beside its subject; None when it names none or several."""
    found = Found(utc_now(), source.repo, source.readers, source.integrity)
    keys = [(key.kind, key.key) for key in mentions(found, quote)]
    ids = [id for id in (await fact_texts.by_keys(connection, keys) if keys else []) if id != subject_id]
    return ids[0] if len(ids) == 1 else None


def _names(key: str, name: str) -> set[str]:
    """`#12` and `owner/name#12`; `parser.py` and `src/parser.py`; `@noa` and `noa`."""
    tail = f"#{key.rpartition('#')[2]}" if "#" in key else key.partition(":")[2] or key
    return {key, name, tail, f"@{name}", tail.rpartition("/")[2]} - {""}
