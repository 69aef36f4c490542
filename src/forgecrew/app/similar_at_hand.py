"""Earlier threads that may be about the same thing, for the shell."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from forgecrew.app.opened import opened
from forgecrew.app.repo_named import repo_named
from forgecrew.core.errors import ConfigError


async def similar_to(home: Path, *, thread: str, limit: int) -> list[dict[str, Any]]:
    """Suggestions as the API gives them. Raises ConfigError for a thread that is none, NotFound for one that is not known."""
    from forgecrew.memory.similar.find import similar
    from forgecrew.store.queries import exploring

    repo, _, number = thread.partition("#")
    if not number.isdecimal() or not int(number):
        raise ConfigError("write the issue or pull request as owner/name#3")
    async with opened(home) as (_, database), database.read() as connection:
        found = await similar(connection, await exploring.everything(connection), repo_named(repo), int(number), limit=limit)
    return [asdict(one) | {"at": one.at.isoformat()} for one in found]
