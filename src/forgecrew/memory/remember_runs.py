"""Remembering our own runs: what was thought, done and came of it, marked as own and never a source of facts."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.label import Label
from forgecrew.core.moment import utc_now
from forgecrew.memory.extract import names
from forgecrew.memory.extract.found import Found, Key, Link, Said
from forgecrew.memory.extract.text_patterns import is_recalled
from forgecrew.memory.prepare import Prepared, cut
from forgecrew.memory.write import write
from forgecrew.store.database import Database
from forgecrew.store.queries import remembering_runs
from forgecrew.store.queries.locks import take_turn

EXTRACTOR = "run@1"
ACTION_CHARACTERS_MAX = 4_000


async def remember_runs(database: Database, *, limit: int = 5) -> int:
    """Take in runs that have ended; gives how many. Observations are left out: they are the words of others."""
    async with database.read() as connection:
        ended = await remembering_runs.ended_runs(connection, limit=limit)
    for row in ended:
        async with database.write() as connection:
            await take_turn(connection, "memory")
            if await remembering_runs.take_run(connection, row.id):
                await write(connection, [await _prepared(connection, row)], now=utc_now())
    return len(ended)


async def _prepared(connection: AsyncConnection, row: Any) -> Prepared:
    label = Label.parse(row.label)
    found = Found(row.ended_at, row.repo, label.readers, int(label.integrity))
    repo = names.repository(found, row.repo)
    about = names.thread(found, row.repo, row.subject_number) if row.subject_number else repo
    run = found.name("run", f"{found.repo}:run/{row.id}", f"{row.agent}: {row.outcome or 'ended'}", certain=True)
    found.links.append(Link(run, "worked_on", about, EXTRACTOR))
    found.links.append(Link(run, "written_by", names.person(found, row.agent), EXTRACTOR))
    told = f"{row.title}\n\n{row.agent}: {row.outcome or 'ended'}. {row.reason}".strip()
    found.said.append(_said(row, run, "outcome", "run", told))
    for step in await remembering_runs.steps_of(connection, row.id):
        text = "\n\n".join(part for part in (step.thought, step.action[:ACTION_CHARACTERS_MAX]) if part.strip())
        if text:
            found.said.append(_said(row, run, f"step/{step.number}", "step", text))
    prepared = Prepared(row.id, found)
    cut(prepared, set())
    # Nothing that our own words name is known to be so: they mention, and link nothing.
    found.links = [link for link in found.links if link.extractor == EXTRACTOR]
    return prepared


def _said(row: Any, run: Key, place: str, kind: str, text: str) -> Said:
    provenance = "recalled" if is_recalled(text) else "own"
    return Said(f"run/{row.id}/{place}", kind, f"run/{row.id}", run, row.agent, text, provenance)
