"""What a person or a repository left in memory, as conditions, and all of a repository removed."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.store.queries import forgetting
from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.entity import entity
from forgecrew.store.tables.event import event
from forgecrew.store.tables.fact import fact
from forgecrew.store.tables.relation import relation

Where = sa.ColumnElement[bool]


def written_by(login: str) -> Where:
    """Chunks by an author (in lower case)."""
    return sa.func.lower(chunk.c.author) == login


async def threads_of(connection: AsyncConnection, written: Where) -> list[tuple[str, int]]:
    """(repository, number) of threads in which chunks stand; number 0 is the repository."""
    rows = await connection.execute(sa.select(chunk.c.repo, chunk.c.thread_key).where(written).distinct())
    numbers = [(row.repo, row.thread_key.rpartition("#")[2] if "#" in row.thread_key else "") for row in rows]
    return sorted({(repo, int(number) if number.isdigit() else 0) for repo, number in numbers})


async def accounts(connection: AsyncConnection, login: str) -> list[int]:
    """Ids of the entities that are this person."""
    return await forgetting.entity_ids(connection, sa.and_(entity.c.kind.in_(("user", "author")), entity.c.key == login))


async def remove_facts_of(connection: AsyncConnection, login: str) -> dict[str, int]:
    """Facts that a person's events told or that were found in their words."""
    theirs = sa.select(event.c.id).where(sa.func.lower(event.c.actor) == login)
    said = sa.or_(fact.c.event_id.in_(theirs), sa.func.lower(fact.c.author) == login)
    return await forgetting.remove_rows(connection, fact, said)


def told_by_or_of(login: str) -> Where:
    """Events of a person, and those whose payload names them."""
    named = sa.cast(event.c.payload, sa.Text).icontains(login, autoescape=True)
    return sa.or_(sa.func.lower(event.c.actor) == login, named)


def events_of_repo(repo: str) -> Where:
    """Events of a repository."""
    return event.c.repo == repo


async def remove_repo(connection: AsyncConnection, repo: str) -> list[dict[str, int]]:
    """All that is kept of a repository but its documents, its code and its events; rows by table, in parts."""
    done = [await forgetting.remove_chunks(connection, chunk.c.repo == repo)]
    done += [await forgetting.remove_rows(connection, table, table.c.repo == repo) for table in (relation, fact)]
    ids = await forgetting.entity_ids(connection, entity.c.repo == repo)
    return [*done, await forgetting.remove_entities(connection, ids)]
