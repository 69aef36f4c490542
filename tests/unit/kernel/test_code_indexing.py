"""Pushes make repositories due; one process indexes each; what fails is tried again later."""

import asyncio
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from forgecrew.core.errors import ForgeUnavailable
from forgecrew.core.event import Event
from forgecrew.core.label import Label
from forgecrew.core.moment import utc_now
from forgecrew.core.repo import Repo
from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.kernel.code_indexing import CodeIndexing
from forgecrew.memory.code.ask import symbols
from forgecrew.memory.code.index import CodeIndex
from forgecrew.memory.forget import forget
from forgecrew.store.database import Database
from forgecrew.store.queries import events
from forgecrew.store.tables.code_repo import code_repo
from tests.unit.memory.code.repository import REPO, Repository


async def push(database: Database, number: int, repo: RepoRef = REPO) -> None:
    payload = {"branch": "main", "default_branch": "main", "commits": [], "number": number}
    one = Event("gitea", "push", f"push-{number}", "mia", Subject(repo, "repo"), utc_now(), payload, Label(readers="public"))
    async with database.write() as connection:
        await events.insert(connection, [one])


def indexing(database: Database, repository: Repository, seen: list[str], *, private: bool = False) -> CodeIndexing:
    async def visit(repo: RepoRef) -> Repo:
        seen.append(str(repo))
        if len(seen) == 1 and private:
            raise ForgeUnavailable("the forge is down")
        return Repo(repo, "main", private=private)

    return CodeIndexing(database, CodeIndex(database, repository.trees), visit)


async def test_a_push_is_followed_once(database: Database, tmp_path: Path) -> None:
    repository, seen = Repository(tmp_path), list[str]()
    repository.commit({"a.py": "def first(): pass\n"})
    work = indexing(database, repository, seen)
    assert not await work.look()
    for number in range(3):
        await push(database, number)
    assert any(await asyncio.gather(*(indexing(database, repository, seen).look() for _ in range(3))))
    assert seen == [str(REPO)]
    assert not await work.look()
    repository.commit({"a.py": "def second(): pass\n"})
    assert not await work.look()
    await push(database, 4)
    assert await work.look()
    async with database.read() as connection:
        assert [one.path for one in await symbols(connection, Scope(), REPO, "second")] == ["a.py"]
        assert await symbols(connection, Scope(), REPO, "first") == []


async def test_what_fails_waits_and_a_private_repository_stays_private(sqlite_database: Database, tmp_path: Path) -> None:
    repository, seen = Repository(tmp_path), list[str]()
    repository.commit({"a.py": "def first(): pass\n"})
    work = indexing(sqlite_database, repository, seen, private=True)
    await push(sqlite_database, 1)
    assert await work.look()
    assert not await work.look()
    async with sqlite_database.write() as connection:
        row = (await connection.execute(sa.select(code_repo))).one()
        assert "the forge is down" in row.problem
        await connection.execute(sa.update(code_repo).values(not_before=utc_now() - timedelta(seconds=1)))
    assert await work.look()
    async with sqlite_database.read() as connection:
        row = (await connection.execute(sa.select(code_repo))).one()
        assert (row.problem, row.busy_until, row.readers) == (None, None, f"repo:{REPO}")
        assert await symbols(connection, Scope(), REPO, "first") == []
        assert await symbols(connection, Scope.of_repos([str(REPO)]), REPO, "first") != []


async def test_a_forgotten_repository_is_not_indexed_again(sqlite_database: Database, tmp_path: Path) -> None:
    repository, seen = Repository(tmp_path), list[str]()
    repository.commit({"a.py": "def first(): pass\n"})
    work = indexing(sqlite_database, repository, seen)
    await push(sqlite_database, 1)
    assert await work.look()
    async with sqlite_database.write() as connection:
        done = await forget(connection, "repo", str(REPO), asked_by="mia")
    assert (done.removed["code_repo"], done.left["code_repo"]) == (1, 0)
    await push(sqlite_database, 2)
    assert not await work.look()
    assert len(seen) == 1


async def test_it_stops_when_it_is_asked_to(sqlite_database: Database, tmp_path: Path) -> None:
    stopping = asyncio.Event()
    running = asyncio.create_task(indexing(sqlite_database, Repository(tmp_path), []).run(stopping))
    stopping.set()
    await asyncio.wait_for(running, 10)
