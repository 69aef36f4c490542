"""Pages of memory whose front matter is wrong, and documents that could not be read."""

from collections.abc import AsyncGenerator
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from forgecrew.app.checkup.finding import Finding
from forgecrew.app.settings import Settings
from forgecrew.memory.pages.page import EXTRACTOR, read_page
from forgecrew.store.database import Database
from forgecrew.store.queries import documents, facts

PART = "memory"
SHOWN_MAX = 5


async def pages(settings: Settings) -> AsyncGenerator[Finding]:
    """Nothing where there is no database yet, which another part of the check-up tells."""
    kind, _, place = settings.database_url.partition(":///")
    if kind == "sqlite" and not Path(place).exists():
        return
    database = Database(settings.database_url, pool_size=1)
    try:
        async with database.read() as connection:
            plain = await facts.plain_pages(connection, EXTRACTOR)
            refused = [one for one in await documents.listed(connection) if one.state == "refused"]
    except (SQLAlchemyError, OSError):
        return
    finally:
        await database.close()
    wrong = [(name, problem) for name, text in plain if (problem := read_page(text).problem)]
    for name, problem in wrong[:SHOWN_MAX]:
        yield Finding(
            PART, "page", "warn", f"{name} is kept as plain text: {problem}", "mend the lines between the --- of that page"
        )
    for one in refused[:SHOWN_MAX]:
        fix = f"send another copy, or `forgecrew memory forget document {one.id}`"
        yield Finding(PART, "document", "warn", f"{one.repo}: {one.problem}", fix)
