"""Documents belong to repositories that a forge could have."""

import pytest

from forgecrew.core.errors import RefusedError
from forgecrew.core.moment import utc_now
from forgecrew.memory.documents.sending import Sent, send
from forgecrew.store.database import Database


@pytest.mark.parametrize("repo", ["../..", "./x", "x/..", "acme/tally#3", "acme/ta lly", "acme/\x00", "acme", "a/b/c", ""])
async def test_what_is_no_repository_is_refused(sqlite_database: Database, repo: str) -> None:
    async with sqlite_database.write() as connection:
        with pytest.raises(RefusedError, match="owner/name"):
            await send(connection, repo, "a.md", b"text", Sent(), now=utc_now())


@pytest.mark.parametrize("repo", ["acme/tally", "a.b/..c", "a-b/.github", "größe/x_y"])
async def test_names_of_repositories_are_taken(sqlite_database: Database, repo: str) -> None:
    async with sqlite_database.write() as connection:
        assert (await send(connection, repo, "a.md", b"text", Sent(), now=utc_now())).repo == repo
