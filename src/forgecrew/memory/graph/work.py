"""How work hangs together: which pull request closed an issue, what it depends on, what blocks a milestone."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef
from forgecrew.store.queries import entities, graph, relations
from forgecrew.store.queries.relations import Relation


@dataclass(frozen=True, slots=True)
class Blocker:
    """One open issue or pull request that stands in the way, and why."""

    key: str
    title: str
    why: str


async def closed_by(connection: AsyncConnection, scope: Scope, repo: RepoRef, number: int) -> list[Relation]:
    """Pull requests and commits that say they close an issue; merged pull requests come first."""
    issue = await entities.find(connection, scope, "issue", f"{repo}#{number}")
    if issue is None:
        return []
    found = await relations.of(connection, scope, issue.id, kinds=("closes",), direction="to")
    merged = await graph.having(connection, scope, [one.other_id for one in found], "state", "merged")
    return sorted(found, key=lambda one: one.other_id not in merged)


async def blockers(
    connection: AsyncConnection, scope: Scope, repo: RepoRef, milestone: str, *, limit: int = 50
) -> list[Blocker]:
    """What is still open in a milestone, and open threads outside that those depend on or that say they block them."""
    entity = await entities.find(connection, scope, "milestone", f"{repo}:{milestone}")
    if entity is None:
        return []
    inside = await relations.of(connection, scope, entity.id, kinds=("milestone",), direction="to", limit=limit)
    opened = await graph.having(connection, scope, [one.other_id for one in inside], "state", "open")
    made = {one.other_id: Blocker(one.other_key, one.other_name, "open") for one in inside if one.other_id in opened}
    around: dict[int, Blocker] = {}
    for one in [one for one in inside if one.other_id in opened]:
        for other in await relations.of(connection, scope, one.other_id, kinds=("depends_on",)):
            around[other.other_id] = Blocker(other.other_key, other.other_name, f"{one.other_key} depends on it")
        for other in await relations.of(connection, scope, one.other_id, kinds=("blocks",), direction="to"):
            around[other.other_id] = Blocker(other.other_key, other.other_name, f"it blocks {one.other_key}")
    still = await graph.having(connection, scope, list(around), "state", "open")
    made |= {id: blocker for id, blocker in around.items() if id in still and id not in made}
    return list(made.values())[:limit]
