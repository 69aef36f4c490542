"""Egress for machines: where sandboxes wanted to go and were not let."""

from typing import Annotated

from litestar import get
from litestar.params import FromQuery, QueryParameter

from forgecrew.api.doors import InDoors
from forgecrew.store.queries import egress
from forgecrew.store.queries.egress import Refusal


@get("/api/egress", tags=["egress"])
async def refused(
    doors: InDoors,
    task: FromQuery[int | None] = None,
    repo: FromQuery[str] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=500)] = 100,
) -> list[Refusal]:
    """Refused destinations, the last one first."""
    async with doors.database.read() as connection:
        return list(await egress.refused(connection, task_id=task, repo=repo, limit=limit))


routes = [refused]
