"""A repository that became private or public: what memory holds of it is read by whom its repository may be read now."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.code_repo import code_repo
from forgecrew.store.tables.entity import entity
from forgecrew.store.tables.fact import fact
from forgecrew.store.tables.relation import relation

_READERS = sa.select(entity.c.key, entity.c.readers).where(
    entity.c.kind == "repo", entity.c.key.in_(sa.bindparam("repos", expanding=True))
)
_TABLES = (chunk, relation, fact, entity, code_repo)


async def readers_of(connection: AsyncConnection, repos: Mapping[str, str]) -> dict[str, str]:
    """The readers that memory knows of repositories that it has met."""
    return {row.key: row.readers for row in await connection.execute(_READERS, {"repos": list(repos)})}


async def relabel(connection: AsyncConnection, repo: str, *, before: str, now: str) -> None:
    """Give everything of a repository its new readers; what had other readers than the repository keeps them."""
    for table in _TABLES:
        where = (table.c.repo == repo, table.c.readers == before)
        await connection.execute(sa.update(table).where(*where).values(readers=now))
