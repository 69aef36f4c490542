"""Pushes become wishes to index: each push is looked at once, whoever looks, and what was forgotten stays so."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.label import Label
from forgecrew.core.moment import utc_now
from forgecrew.store.queries import code_repos, code_repos_due, cursors, tombstones
from forgecrew.store.queries.locks import take_turn

PUSHES_MAX = 100
_CURSOR = "code:pushes"


async def any_pushes(connection: AsyncConnection) -> bool:
    """Whether `note_pushes` would find one: asked often, and without writing."""
    return bool(await _new_pushes(connection))


async def note_pushes(connection: AsyncConnection) -> None:
    """Let the repositories be indexed that were pushed to since the last time."""
    await take_turn(connection, _CURSOR)
    now, pushes = utc_now(), await _new_pushes(connection)
    newest = {row.repo: row for row in pushes}
    gone = await tombstones.among(connection, [("repo", repo) for repo in newest])
    for repo, row in newest.items():
        if ("repo", repo) not in gone:
            branch = str(row.payload.get("default_branch") or "")
            await code_repos.want(connection, repo, readers=Label.parse(row.label).readers, branch=branch, now=now)
    if pushes:
        await cursors.set_value(connection, _CURSOR, pushes[-1].id)


async def _new_pushes(connection: AsyncConnection) -> Sequence[Any]:
    return await code_repos_due.pushes_since(connection, await cursors.get(connection, _CURSOR) or "", limit=PUSHES_MAX)
