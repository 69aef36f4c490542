"""Facts by a model for people at a shell: what was found, what it cost, and taking back what one version found."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from forgecrew.app.memory_at_hand import opened
from forgecrew.core.moment import utc_now
from forgecrew.memory.facts.offer import EXTRACTOR, PREFIX
from forgecrew.memory.facts.progress import load
from forgecrew.memory.facts.rollback import rollback
from forgecrew.store.queries import found_facts
from forgecrew.store.queries.locks import take_turn


async def status(home: Path) -> list[dict[str, Any]]:
    """One entry per version: facts, those that hold, how far it has read, calls and tokens, what was dropped and why."""
    async with opened(home) as database, database.read() as connection:
        rows = {row.extractor: row for row in await found_facts.versions(connection, PREFIX)}
        told: list[dict[str, Any]] = []
        for version in sorted({*rows, EXTRACTOR}):
            row = rows.get(version)
            counts = {"facts": row.facts if row else 0, "hold": int(row.hold) if row else 0}
            told.append({"version": version} | counts | asdict(await load(connection, version)))
    return told


async def take_back(home: Path, *, version: str, again: bool) -> int:
    """Gives how many facts went. Raises ConfigError."""
    async with opened(home) as database, database.write() as connection:
        await take_turn(connection, "memory")
        return await rollback(connection, version, again=again, now=utc_now())
