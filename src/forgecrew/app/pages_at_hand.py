"""Pages of memory for people at a shell: a note kept, all pages of a repository as files."""

import getpass
from datetime import datetime
from pathlib import Path

from forgecrew.app.memory_at_hand import opened
from forgecrew.app.repo_named import repo_named
from forgecrew.core.errors import ConfigError
from forgecrew.core.moment import utc_now
from forgecrew.core.scope import Scope
from forgecrew.memory.pages.keeping import export as export_from
from forgecrew.memory.pages.keeping import keep_page
from forgecrew.memory.pages.page import Page, end_of
from forgecrew.memory.remember import Memory


async def keep(home: Path, *, text: str, repo: str, kind: str, source: str, expires: str) -> str:
    """Keep a page; gives its path. Raises ConfigError for a date that is none, RefusedError."""
    now = utc_now()
    try:
        until: datetime | None = end_of("expires", expires) if expires else None
    except ValueError as error:
        raise ConfigError(str(error)) from error
    page = Page(kind, text.strip(), source or getpass.getuser(), now, until)
    async with opened(home) as database:
        async with database.write() as connection:
            path = await keep_page(connection, repo_named(repo), page, by=getpass.getuser(), now=now)
        memory = Memory(database)
        while await memory.remember():
            continue
    return path


async def export(home: Path, *, repo: str) -> dict[str, str]:
    """Texts of pages that hold now, by path. The operator may read all of the repository."""
    ref = repo_named(repo)
    async with opened(home) as database, database.read() as connection:
        return await export_from(connection, Scope.of_repos([str(ref)], only=[str(ref)]), ref, now=utc_now())
