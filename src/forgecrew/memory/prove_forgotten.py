"""The proof that something was forgotten: what memory still holds of it, counted."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.store.queries import forgetting
from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.code_repo import code_repo
from forgecrew.store.tables.document import document
from forgecrew.store.tables.entity import entity
from forgecrew.store.tables.fact import fact
from forgecrew.store.tables.relation import relation, telling


async def left_of(connection: AsyncConnection, what: str, key: str, places: Sequence[str]) -> dict[str, int]:
    """Rows that are left, by table; raises when full text holds words that no chunk holds."""
    await forgetting.check_full_text(connection)
    questions: dict[str, list[tuple[sa.Table, sa.ColumnElement[bool]]]] = {
        "event": [
            (chunk, sa.or_(chunk.c.event_id == key, chunk.c.source_key.in_(places))),
            (relation, relation.c.event_id == key), (telling, telling.c.event_id == key),
            (fact, sa.or_(fact.c.event_id == key, fact.c.source_key.in_(places))),
        ],
        "document": [(document, sa.and_(document.c.id == key, document.c.state != "forgotten"))],
        "person": [
            (chunk, sa.func.lower(chunk.c.author) == key), (document, sa.func.lower(document.c.sent_by) == key),
            (entity, sa.and_(entity.c.kind.in_(("user", "author")), entity.c.key == key)),
            (fact, sa.func.lower(fact.c.author) == key),
        ],
        "repo": [
            (chunk, chunk.c.repo == key), (relation, relation.c.repo == key), (fact, fact.c.repo == key),
            (entity, entity.c.repo == key), (code_repo, code_repo.c.repo == key),
            (document, sa.and_(document.c.repo == key, document.c.state != "forgotten")),
        ],
    }  # fmt: skip
    return {table.name: await forgetting.count(connection, table, where) for table, where in questions[what]}
