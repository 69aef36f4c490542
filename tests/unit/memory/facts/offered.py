"""Texts of people in memory, and offers about them as a model would make them."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from forgecrew.core.moment import utc_now
from forgecrew.memory.facts.desk import FactDesk
from forgecrew.memory.facts.keep import keep
from forgecrew.memory.facts.offer import FactSource, Offer
from forgecrew.memory.facts.slot import WRITER
from forgecrew.memory.facts.sources import FactSources
from forgecrew.store.database import Database
from forgecrew.store.tables.fact import fact

from ..telling import remember, rows, told

OPENED = {"title": "Times are a mess", "body": "", "author": "mia"}


async def say(database: Database, text: str, *, by: str = "mia", id: int = 5, minutes: float = 0, **more: Any) -> None:
    """A comment, or another version of one."""
    comment = {"id": id, "body": text, "author": by}
    event = told("issue.commented", minutes=minutes, actor=by, id=f"{id}:{minutes}", comment=comment, **OPENED | more)
    await remember(database, [event])


def sources(database: Database, withheld: Callable[[str], bool] = lambda _: False) -> FactSources:
    """Texts for a crew whose only account is casey."""
    return FactSources(database, ["Casey"], lambda text: text, withheld)


def desk(database: Database) -> FactDesk:
    """What writes."""
    return FactDesk(database)


async def texts(database: Database) -> list[FactSource]:
    """All that may be read."""
    return (await sources(database).texts(0))[0]


def offer(statement: str, *, quote: str = "", topic: str = "time zone", kind: str = "decision", about: str = "project",
          sure: str = "certain") -> Offer:  # fmt: skip
    """A good one unless told otherwise."""
    return Offer(kind, about, topic, statement, quote or statement, sure)


async def take(
    database: Database, one: Offer, *, writes: bool = True, place: int = -1, version: str = "facts@1", text: str = ""
) -> Counter[str]:  # fmt: skip
    """Keep an offer about one of the texts: the last one told, or the one that holds some words."""
    source = [found for found in await texts(database) if text in found.text][place]
    standing = WRITER if writes else source.integrity
    async with database.write() as connection:
        return await keep(connection, source, [one], model="m", standing=standing, now=utc_now(), version=version)


async def facts(database: Database) -> list[Any]:
    """All rows."""
    return await rows(database, fact)


async def held(database: Database) -> list[str]:
    """What holds now."""
    return [row.object_text for row in await facts(database) if row.superseded_at is None and row.valid_to is None]
