"""One thread in memory for people at a shell: what held of it on a day, and a note about it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from forgecrew.app.memory_at_hand import opened
from forgecrew.core.errors import ConfigError
from forgecrew.core.subject import RepoRef
from forgecrew.memory.graph.as_of import thread_at
from forgecrew.memory.operator_notes import OperatorNotes
from forgecrew.store.queries import exploring


async def as_of(home: Path, *, thread: str, day: str) -> dict[str, list[str]]:
    """What held at the end of a day."""
    repo, number = _thread(thread)
    if not number:
        raise ConfigError("write the issue or pull request as owner/name#3")
    try:
        at = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=1)
    except ValueError:
        raise ConfigError(f"{day!r} is no day: write it as 2026-05-01") from None
    async with opened(home) as database, database.read() as connection:
        return await thread_at(connection, await exploring.everything(connection), repo, number, at)


async def note(home: Path, *, thread: str, text: str) -> dict[str, str]:
    """Keep a note of the operator."""
    repo, number = _thread(thread)
    async with opened(home) as database:
        return {"id": await OperatorNotes(database).keep(text, repo=str(repo), number=number)}


def _thread(text: str) -> tuple[RepoRef, int]:
    repo, _, number = text.partition("#")
    try:
        return RepoRef.parse(repo), int(number or 0)
    except ValueError:
        raise ConfigError(f"write it as owner/name or owner/name#3, not {text!r}") from None
