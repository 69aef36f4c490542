"""Questions to the graph that need its structure: who knows, what blocks, what closed it, what was so."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from litestar import get
from litestar.params import FromQuery, QueryParameter

from forgecrew.api.asked import in_utc, moment_of, repo_of
from forgecrew.api.doors import InDoors
from forgecrew.memory.graph import as_of, people, work
from forgecrew.memory.graph.people import Knower
from forgecrew.memory.graph.work import Blocker
from forgecrew.store.queries import exploring


@dataclass(frozen=True, slots=True)
class CloserShape:
    """One pull request or commit that says it closes an issue."""

    key: str
    title: str
    since: datetime
    confidence: float


@get("/api/memory/graph/questions/who-knows", tags=["memory"])
async def who_knows(
    doors: InDoors, repo: FromQuery[str], path: FromQuery[str], limit: Annotated[int, QueryParameter(ge=1, le=20)] = 5
) -> list[Knower]:
    """Who changed a file, most often and most lately first."""
    async with doors.database.read() as connection:
        return await people.who_knows(connection, await exploring.everything(connection), repo_of(repo), path, limit=limit)


@get("/api/memory/graph/questions/blocks", tags=["memory"])
async def blocks(doors: InDoors, repo: FromQuery[str], milestone: FromQuery[str]) -> list[Blocker]:
    """What stands in the way of a milestone, and why."""
    async with doors.database.read() as connection:
        return await work.blockers(connection, await exploring.everything(connection), repo_of(repo), milestone)


@get("/api/memory/graph/questions/closed-by", tags=["memory"])
async def closed_by(doors: InDoors, repo: FromQuery[str], number: FromQuery[int]) -> list[CloserShape]:
    """Which pull requests and commits say that they close an issue; merged ones first."""
    async with doors.database.read() as connection:
        found = await work.closed_by(connection, await exploring.everything(connection), repo_of(repo), number)
    return [CloserShape(one.other_key, one.other_name, one.valid_from, one.confidence) for one in found]


@get("/api/memory/graph/questions/as-of", tags=["memory"])
async def thread_as_of(
    doors: InDoors, repo: FromQuery[str], number: FromQuery[int], at: FromQuery[str] = "", known_at: FromQuery[str] = ""
) -> dict[str, list[str]]:
    """State, labels, assignees, milestone, verdicts of an issue or pull request at a moment, as known at another."""
    async with doors.database.read() as connection:
        scope = await exploring.everything(connection)
        return await as_of.thread_at(
            connection, scope, repo_of(repo), number, moment_of(at), known_at=moment_of(known_at)
        )  # fmt: skip


@get(["/api/memory/as-of", "/memory/as-of"], tags=["memory"])
async def memory_as_of(
    doors: InDoors, repo: FromQuery[str], number: FromQuery[int], at: FromQuery[datetime | None] = None,
    known_at: FromQuery[datetime | None] = None,
) -> dict[str, list[str]]:  # fmt: skip
    """State, labels, assignees, milestone and verdicts of an issue or pull request at a moment (now without one)."""
    when, known = [in_utc(one) if one else None for one in (at, known_at)]
    async with doors.database.read() as connection:
        scope = await exploring.everything(connection)
        return await as_of.thread_at(connection, scope, repo_of(repo), number, when, known_at=known)


routes = [who_knows, blocks, closed_by, thread_as_of, memory_as_of]
