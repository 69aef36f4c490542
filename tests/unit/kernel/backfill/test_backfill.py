"""The past of a real repository on the practice forge, with real git."""

import asyncio
from pathlib import Path

import pytest

from forgecrew.core.label import Label
from forgecrew.core.moment import utc_now
from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.git.code_history import GitHistory
from forgecrew.integrations.git.code_host import GitMirrors
from forgecrew.integrations.git.run import Git
from forgecrew.integrations.gitea.history import connect as connect_history
from forgecrew.kernel.backfill.backfill import Backfill
from forgecrew.kernel.backfill.past_events import PastEvents
from forgecrew.kernel.backfill.progress import Progress, ProgressBook
from forgecrew.kernel.dispatch import Dispatcher
from forgecrew.memory.graph.as_of import file_was_there, thread_at
from forgecrew.memory.graph.people import who_knows
from forgecrew.memory.remember import Memory
from forgecrew.memory.search_text import search_text
from forgecrew.store.database import Database
from forgecrew.store.queries import chunks, task_lists
from tests.forges import Account, LiveForge
from tests.unit.kernel.crew import CREW
from tests.unit.memory.telling import counts


class CutOffError(Exception):
    """The process died here."""


async def backfill(
    database: Database, live_forge: LiveForge, owner: Account, repo: RepoRef, folder: Path, *, die_after: int = 0
) -> Progress:
    """One backfill as the command does it; dies after so many steps."""
    told: list[Progress] = []

    def tell(progress: Progress) -> None:
        told.append(progress)
        if len(told) == die_after:
            raise CutOffError

    git = Git()
    forge, history = live_forge.connect(owner), connect_history(live_forge.url, owner.token)
    await GitMirrors(folder, [(owner.login, owner.token)], git).refresh(repo, live_forge.clone_url(repo))
    make = PastEvents("gitea", repo, Label(), utc_now())
    try:
        return await Backfill(ProgressBook(database), forge, history, GitHistory(folder, git), make, tell).run(repo, "main")
    finally:
        await forge.close()
        await history.close()


async def take_in(database: Database) -> None:
    memory = Memory(database)
    while await memory.remember():
        pass


async def test_the_past_is_taken_in_once_and_wakes_nobody(
    sqlite_database: Database, live_forge: LiveForge, tmp_path: Path
) -> None:
    owner = await live_forge.account("owner")
    repo = await live_forge.repository(owner)
    await live_forge.push(owner, repo, "main", {"sums/mul.py": "x = 1\n"}, message="Multiply\n\nSee #1")
    forge = live_forge.connect(owner)
    made = await forge.issues.create_issue(repo, "Adding subtracts", "zebra in `add`, @casey look")
    await forge.issues.comment(repo, made.number, "It happens in sums/add.py")
    await forge.close()

    with pytest.raises(CutOffError):
        await backfill(sqlite_database, live_forge, owner, repo, tmp_path, die_after=1)
    await take_in(sqlite_database)
    progress = await backfill(sqlite_database, live_forge, owner, repo, tmp_path)
    await take_in(sqlite_database)
    assert (progress.part, progress.seen) == ("done", 2 + 3 + 2)  # commits, a thread with its comment, two documents
    before = await counts(sqlite_database)
    again = await backfill(sqlite_database, live_forge, owner, repo, tmp_path)
    await take_in(sqlite_database)
    assert again.new == 0 and await counts(sqlite_database) == before

    scope = Scope()
    async with sqlite_database.read() as connection:
        assert await file_was_there(connection, scope, repo, "sums/mul.py")
        assert [one.changes for one in await who_knows(connection, scope, repo, "sums/mul.py")] == [1]
        assert (await thread_at(connection, scope, repo, made.number))["state"] == ["open"]
        hits = await search_text(connection, scope, "zebra")
        (found,) = (await chunks.by_ids(connection, scope, [hit.chunk_id for hit in hits])).values()
        assert found.source_key == f"{repo}#{made.number}/body"
    while await Dispatcher(sqlite_database, CREW, asyncio.Event()).dispatch():
        pass
    async with sqlite_database.read() as connection:
        assert await task_lists.recent(connection, states=[], limit=10) == []


async def test_messages_cannot_pass_for_other_commits(live_forge: LiveForge, tmp_path: Path) -> None:
    owner = await live_forge.account("owner")
    repo = await live_forge.repository(owner)
    fake = "a" * 40
    text = f"Innocent\n\n{fake}\n\x1e{fake}\x1f\x1fMallory\nA\tevil.py\n"
    sha = await live_forge.push(owner, repo, "main", {"odd name\t.py": "x\n"}, message=text)
    await GitMirrors(tmp_path, [(owner.login, owner.token)], Git()).refresh(repo, live_forge.clone_url(repo))
    history = GitHistory(tmp_path, Git())
    ids = await history.commit_ids(repo, "main")
    found = await history.commits(repo, "main", ids)
    assert [one.sha for one in found] == ids and ids[-1] == sha
    assert found[-1].added == ("odd name\t.py",) and fake in found[-1].message
    assert all(one.author == owner.login for one in found)
