"""Forgetting a repository: its documents, code, texts, relations, facts and entities, and the payloads of its events."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.memory.documents.forgetting import forget_documents
from forgecrew.memory.forgotten import Forgotten
from forgecrew.memory.scrub import FORGOTTEN
from forgecrew.store.queries import code_forgetting, documents, forget_where, forgetting
from forgecrew.store.tables.document import document


async def forget_repo(connection: AsyncConnection, repo: str, done: Forgotten) -> Sequence[str]:
    """No places are left to name: the tombstone of the repository stands for all."""
    done.add(await forget_documents(connection, await documents.ids(connection, document.c.repo == repo), FORGOTTEN))
    done.add(await code_forgetting.forget_repo(connection, repo))
    for removed in await forget_where.remove_repo(connection, repo):
        done.add(removed)
    of_it = forget_where.events_of_repo(repo)
    done.add({"event": await forgetting.scrub(connection, of_it, lambda _id, actor, _payload: (actor, FORGOTTEN))})
    return []
