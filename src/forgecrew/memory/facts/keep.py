"""Offers become facts: what its source does not bear out is dropped, what is known is not doubled; all of it is counted."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.memory.extract.text_patterns import is_recalled
from forgecrew.memory.facts import slot
from forgecrew.memory.facts.offer import CONFIDENCE, EXTRACTOR, KINDS, PREFIX, FactSource, Offer
from forgecrew.memory.facts.resolve import object_of, subject_of
from forgecrew.memory.facts.settle import settle
from forgecrew.memory.facts.spoken import borne_out, spoken, stands_in
from forgecrew.store.queries import found_facts

PER_EVENT_MAX = 3


async def keep(
    connection: AsyncConnection, source: FactSource, offers: Sequence[Offer], *, model: str, standing: int, now: datetime,
    version: str = EXTRACTOR,
) -> Counter[str]:  # fmt: skip
    """Keep what holds, inside the caller's transaction; counts `kept`, `known`, `capped` and what was dropped, by its fault.

    A source that is not live any more gives nothing.
    """
    done: Counter[str] = Counter()
    if not await found_facts.is_live(connection, source.id):
        done["gone"] += len(offers)
        return done
    for offer in offers:
        if fault := fault_of(offer, source.text):
            done[fault] += 1
        elif await found_facts.of_event(connection, source.event_id, version) >= PER_EVENT_MAX:
            done["capped"] += 1
        else:
            done[await _keep(connection, source, offer, (version, model, standing), now)] += 1
    return done


def fault_of(offer: Offer, text: str) -> str:
    """What is wrong with an offer; empty when nothing is."""
    said = spoken(text)
    if offer.kind not in KINDS or not offer.statement.strip() or is_recalled(offer.statement):
        return "no fact"
    if offer.sure not in CONFIDENCE:
        return "guessed"
    if not stands_in(offer.quote, said):
        return "quote not in its source"
    return "" if borne_out(offer.statement, said) else "not borne out"


async def _keep(
    connection: AsyncConnection, source: FactSource, offer: Offer, by: tuple[str, str, int], now: datetime
) -> str:  # fmt: skip
    version, model, standing = by
    subject_id, left = await subject_of(connection, source, offer.about)
    predicate = slot.predicate(offer.kind, f"{left} {offer.topic}")
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


def _key(repo: str, statement: str) -> str:
    words = "".join(letter if letter.isalnum() else " " for letter in statement.lower()).split()
    return hashlib.sha256(f"{repo}\n{' '.join(words)}".encode("utf-8", "surrogatepass")).hexdigest()
