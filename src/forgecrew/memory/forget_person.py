"""Forgetting a person: their documents, texts, facts, name and past commits, and their login out of the log."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.memory.documents.forgetting import forget_documents
from forgecrew.memory.forget_places import forget_places
from forgecrew.memory.forgotten import Forgotten
from forgecrew.memory.scrub import FORGOTTEN, without_person
from forgecrew.store.queries import code_forgetting, documents, forget_where, forgetting
from forgecrew.store.tables.document import document


async def forget_person(connection: AsyncConnection, login: str, done: Forgotten) -> Sequence[str]:
    """Gives the places at which their texts stood; `login` is in lower case."""
    sent = sa.func.lower(document.c.sent_by) == login
    done.add(await forget_documents(connection, await documents.ids(connection, sent), FORGOTTEN))
    written = forget_where.written_by(login)
    threads = await forget_where.threads_of(connection, written)
    places = await forgetting.source_keys(connection, written)
    for repo, number in threads:
        await forget_places(connection, places, repo, number, done)
    done.add(await forgetting.remove_chunks(connection, written))
    done.add(await code_forgetting.forget_author(connection, login))
    done.add(await forgetting.remove_entities(connection, await forget_where.accounts(connection, login)))

    def change(_id: str, actor: str, payload: Json) -> tuple[str, Json]:
        return ("", FORGOTTEN) if actor.lower() == login else (actor, without_person(payload, login))

    done.add(await forget_where.remove_facts_of(connection, login))
    done.add({"event": await forgetting.scrub(connection, forget_where.told_by_or_of(login), change)})
    return places
