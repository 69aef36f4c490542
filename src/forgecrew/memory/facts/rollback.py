"""Taking back what one version of the extractor found: one statement, then what it had superseded holds again."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.errors import ConfigError
from forgecrew.memory.facts.offer import PREFIX
from forgecrew.memory.facts.progress import begin_again
from forgecrew.memory.facts.settle import settle_again
from forgecrew.store.queries import found_facts


async def rollback(connection: AsyncConnection, version: str, *, again: bool = False, now: datetime) -> int:
    """Gives how many facts went. With `again` that version reads everything once more. Raises ConfigError."""
    if not version.startswith(PREFIX):
        raise ConfigError(f"{version!r} is no version of facts by a model: `forgecrew memory facts status` lists them")
    gone = await found_facts.drop(connection, version)
    await settle_again(connection, now=now)
    if again:
        await begin_again(connection, version)
    return gone
