"""Offers become facts: what its source does not bear out is dropped, what is known is not doubled; all of it is counted."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.memory.facts import slot
from forgecrew.memory.facts.fault import fault_of
from forgecrew.memory.facts.offer import CONFIDENCE, EXTRACTOR, PREFIX, FactSource, Offer
from forgecrew.memory.facts.resolve import object_of, subject_of
from forgecrew.memory.facts.settle import settle
from forgecrew.store.queries import fact_texts, found_facts

PER_EVENT_MAX = 3
PER_AUTHOR_MAX = 5
"""A day, of who may not write: nobody fills the day's measure for the others."""
SETTLED = ("decision", "agreement")
"""Kinds that only those settle who may write to the repository."""
SETTLED_SEEN_MAX = 500


async def keep(
    connection: AsyncConnection, source: FactSource, offers: Sequence[Offer], *, model: str, standing: int, now: datetime,
    version: str = EXTRACTOR,
) -> Counter[str]:  # fmt: skip
    """Keep what holds, inside the caller's transaction; counts `kept`, `known`, `capped` and what was dropped, by its fault.

    A source that is not live any more gives nothing.
    """
    done: Counter[str] = Counter()
    if not await fact_texts.is_live(connection, source.id):
        done["gone"] += len(offers)
        return done
    for offer in offers:
        if fault := fault_of(offer, source.text):
            done[fault] += 1
        elif offer.kind in SETTLED and standing < slot.WRITER:
            done["not theirs to decide"] += 1
        elif await _said_enough(connection, source, version, standing, now):
            done["capped"] += 1
        else:
            done[await _keep(connection, source, offer, (version, model, standing), now)] += 1
    return done


async def _keep(
    connection: AsyncConnection, source: FactSource, offer: Offer, by: tuple[str, str, int], now: datetime
) -> str:  # fmt: skip
    version, model, standing = by
    subject_id, left = await subject_of(connection, source, offer.about)
    predicate = slot.predicate(offer.kind, f"{left} {offer.topic}")
    if offer.kind in SETTLED:  # the same thing settled anew, although the text calls it by another name
        subject_id = await _settled_of(connection, source, predicate, version) or subject_id
    rows = await found_facts.of_subject(connection, subject_id, source.repo, PREFIX)
    same = [row for row in rows if slot.slot_of(row.predicate) == slot.slot_of(predicate) and row.extractor == version]
    predicate = next((row.predicate for row in same if row.predicate.partition(":")[0] == offer.kind), predicate)
    statement = " ".join(offer.statement.split())
    key = _key(source.repo, statement)
    for row in same:
        alike = (row.object_key, row.chunk_id) == (key, source.id) or (row.object_key == key and row.superseded_at is None)
        if alike and row.standing >= standing:
            return "known"
    made: Json = {
        "subject_id": subject_id, "predicate": predicate, "object_text": statement, "object_key": key,
        "object_id": await object_of(connection, source, offer.quote, subject_id),
        "repo": source.repo, "readers": source.readers, "integrity": source.integrity, "valid_from": source.at,
        "recorded_at": now, "superseded_at": now, "event_id": source.event_id, "quote": " ".join(offer.quote.split()),
        "extractor": version, "model": model[:200], "confidence": CONFIDENCE[offer.sure], "chunk_id": source.id,
        "source_key": source.source_key, "author": source.author, "standing": standing,
    }  # fmt: skip
    await found_facts.add(connection, made)  # superseded until it is known whether it holds: two are never alike
    await settle(connection, subject_id, source.repo, now=now)
    return "kept"


async def _said_enough(connection: AsyncConnection, source: FactSource, version: str, standing: int, now: datetime) -> bool:
    if await found_facts.of_event(connection, source.event_id, version) >= PER_EVENT_MAX:
        return True
    today = await found_facts.of_author(connection, source.author, PREFIX, since=now - timedelta(days=1))
    return standing < slot.WRITER and today >= PER_AUTHOR_MAX


async def _settled_of(connection: AsyncConnection, source: FactSource, predicate: str, version: str) -> int | None:
    by = (source.author, int(slot.WRITER))
    rows = await found_facts.earlier(connection, source.repo, source.readers, version, said_by=by, limit=SETTLED_SEEN_MAX)
    wanted = slot.slot_of(predicate)
    return next((row.subject_id for row in rows if ":" in row.predicate and slot.slot_of(row.predicate) == wanted), None)


def _key(repo: str, statement: str) -> str:
    words = "".join(letter if letter.isalnum() else " " for letter in statement.lower()).split()
    return hashlib.sha256(f"{repo}\n{' '.join(words)}".encode("utf-8", "surrogatepass")).hexdigest()
