"""Documents for people at a shell: sent to the database itself; the process `work` reads them."""

import asyncio
import getpass
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from forgecrew.app.memory_at_hand import opened
from forgecrew.core.document import Document
from forgecrew.core.errors import ConfigError
from forgecrew.core.moment import utc_now
from forgecrew.memory.documents.sending import Sent, send
from forgecrew.store.queries import documents

LOOK_SECONDS = 0.3


async def add(home: Path, *, files: Sequence[Path], repo: str, readers: str, wait_seconds: float) -> list[dict[str, Any]]:
    """Send files and wait for what comes of them. Raises ConfigError for a file that cannot be read, RefusedError."""
    contents: list[tuple[str, bytes]] = []
    for file in files:
        try:
            contents.append((file.name, file.read_bytes()))
        except OSError as error:
            raise ConfigError(f"{file} cannot be read: {error.strerror}") from error
    async with opened(home) as database:
        made: list[Document] = []
        async with database.write() as connection:
            for name, content in contents:
                sent = Sent(by=getpass.getuser(), readers=readers)
                made.append(await send(connection, repo, name, content, sent, now=utc_now()))
        for _look in range(int(wait_seconds / LOOK_SECONDS)):
            async with database.read() as connection:
                made = [await documents.get(connection, one.id) or one for one in made]
            if all(one.state != "waiting" for one in made):
                break
            await asyncio.sleep(LOOK_SECONDS)
    return [asdict(one) for one in made]


async def listed(home: Path, *, repo: str) -> list[dict[str, Any]]:
    """Documents of one repository or of all, newest first."""
    async with opened(home) as database, database.read() as connection:
        return [asdict(one) for one in await documents.listed(connection, repo)]
