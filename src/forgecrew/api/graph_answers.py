"""What an entity's kind lets one ask: who knows a file, what closes an issue and how it stood, what blocks a milestone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.api.graph_shapes import EntityShape
from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef
from forgecrew.memory.graph import as_of, people, work
from forgecrew.store.queries import entities

_WORDS = {
    "state": "state", "labelled": "labels", "assigned": "assigned to", "milestone": "milestone",
    "review_asked_of": "review asked of", "approved_by": "approved by", "changes_asked_by": "changes asked by",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """One question and the lines of its answer: (entity id or 0, words, what is said beside it)."""

    question: str
    lines: list[tuple[int, str, str]]


async def answers(connection: AsyncConnection, scope: Scope, one: EntityShape, at: datetime | None) -> list[Answer]:
    """Answers that memory can give about an entity; those without a line are left out."""
    made: list[Answer] = []
    if one.kind == "file":
        path = one.key.partition(":")[2]
        knows = await people.who_knows(connection, scope, RepoRef.parse(one.repo), path)
        found = [
            await entities.find(connection, scope, "author" if "@" in knower.key else "user", knower.key) for knower in knows
        ]
        lines = [
            (entity.id if entity else 0, knower.name, f"{knower.changes} × changed, last {knower.last_at:%d %b %Y}")
            for knower, entity in zip(knows, found, strict=True)
        ]
        made.append(Answer("Who knows this file", lines))
    elif one.kind == "milestone":
        blockers = await work.blockers(connection, scope, RepoRef.parse(one.repo), one.key.partition(":")[2])
        lines = [
            (await _id(connection, scope, blocker.key), f"{_short(blocker.key)} {blocker.title}", blocker.why)
            for blocker in blockers
        ]
        made.append(Answer("What stands in its way now", lines))
    elif one.kind == "issue":
        repo, number = RepoRef.parse(one.repo), int(one.key.rpartition("#")[2])
        held = await as_of.thread_at(connection, scope, repo, number, at)
        stood = [(0, ", ".join(names), _WORDS[kind]) for kind, names in held.items() if names]
        made.append(Answer("How it stood" if at else "How it stands", stood))
        closers = await work.closed_by(connection, scope, repo, number)
        made.append(
            Answer("What closes it", [(one.other_id, f"{_short(one.other_key)} {one.other_name}", "") for one in closers])
        )
    return [answer for answer in made if answer.lines]


async def _id(connection: AsyncConnection, scope: Scope, key: str) -> int:
    found = await entities.find(connection, scope, "issue", key)
    return found.id if found else 0


def _short(key: str) -> str:
    """#12 of owner/name#12, the first letters of a commit's id."""
    return f"#{key.rpartition('#')[2]}" if "#" in key else key.rpartition("@")[2][:8]
