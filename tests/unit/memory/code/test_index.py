"""The index follows a branch: only contents that nobody has read before are read, and every tree is exactly git's."""

import asyncio
import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from forgecrew.core.errors import NotFound
from forgecrew.core.moment import utc_now
from forgecrew.core.scope import Scope
from forgecrew.memory.code import index as index_module
from forgecrew.memory.code import missing, read_blob, settle, way
from forgecrew.memory.code.ask import definition, symbols
from forgecrew.memory.code.index import CodeIndex
from forgecrew.memory.code.related import co_changed, history
from forgecrew.memory.code.sources import BYTES_MAX
from forgecrew.store.database import Database
from forgecrew.store.queries import code_asking, code_forgetting, code_repos
from forgecrew.store.tables import metadata
from forgecrew.store.tables.code_blob import blob_symbol, code_blob, code_text
from forgecrew.store.tables.vector import embedding_queue

from .repository import REPO, Repository, index

SCOPE = Scope()


async def tree(database: Database, ref: str = "main") -> dict[str, str]:
    """Path to hash of content, as the index holds it."""
    async with database.read() as connection:
        of = await code_asking.branch(connection, SCOPE, str(REPO), ref)
        assert of is not None
        held = await code_asking.contents(connection, of)
        rows = await connection.execute(sa.select(code_blob.c.id, code_blob.c.sha))
        shas = {row.id: row.sha for row in rows}
    return {path: shas[blob] for path, blob in held.items()}


def git_tree(repository: Repository, ref: str = "main") -> dict[str, str]:
    listed = repository.git("ls-tree", "-r", "-z", ref).split("\0")
    rows = [entry.split("\t", 1) for entry in listed if entry]
    return {path: told.split()[2] for told, path in rows if told.startswith("100") and path.endswith(".py")}


async def queued(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(sa.select(sa.func.count()).select_from(embedding_queue))).scalar_one())


async def test_only_what_a_commit_changed_is_read(database: Database, tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.commit(
        {f"src/part{n}.py": f"def part{n}():\n    return {n}\n\n\ndef other{n}():\n    pass\n" for n in range(60)}
    )
    first = await index(database, repository)
    assert (first.files, first.read, first.texts, first.commits) == (60, 60, 180, 1)
    assert await tree(database) == git_tree(repository)
    again = await index(database, repository)
    assert (again.files, again.read, again.texts, again.commits) == (0, 0, 0, 0)
    repository.commit({"src/part7.py": "def part7():\n    return 'seven'\n\n\ndef other7():\n    pass\n", "src/part8.py": None})
    second = await index(database, repository)
    assert (second.files, second.gone, second.read, second.texts, second.commits) == (1, 1, 1, 1, 1)
    assert await tree(database) == git_tree(repository)
    assert await queued(database) == 181
    async with database.read() as connection:
        assert await definition(connection, SCOPE, REPO, "part8") is None
        found = await definition(connection, SCOPE, REPO, "part7")
    assert found is not None
    assert (found.path, found.start_line, found.end_line, found.signature) == ("src/part7.py", 1, 2, "def part7()")


async def test_renames_branches_rebases_and_copies_read_nothing(database: Database, tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.commit({"a/one.py": "def one():\n    return 1\n", "a/two.py": "def two():\n    return 2\n"})
    await index(database, repository)
    before = await queued(database)
    repository.git("mv", "a", "b")
    repository.commit({"c/copy.py": "def two():\n    return 2\n"}, "Move")
    moved = await index(database, repository)
    assert (moved.read, moved.texts) == (0, 0)
    assert set(await tree(database)) == {"b/one.py", "b/two.py", "c/copy.py"}
    repository.git("checkout", "--quiet", "-b", "topic", "HEAD~1")
    repository.show()
    topic = await index(database, repository, "topic")
    assert (topic.read, topic.commits) == (0, 0)
    assert await tree(database, "topic") == git_tree(repository, "topic")
    repository.git("rebase", "--quiet", "main")
    repository.show()
    assert (await index(database, repository, "topic")).read == 0
    assert await tree(database, "topic") == git_tree(repository, "main")
    assert await queued(database) == before


async def test_switching_to_another_branch_and_back(database: Database, tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.commit({f"m{n}.py": f"x{n} = 1\n\n\ndef f{n}(): pass\n" for n in range(30)})
    repository.git("checkout", "--quiet", "-b", "next")
    repository.commit({f"m{n}.py": f"def g{n}(): pass\n" for n in range(20)})
    await index(database, repository)
    assert (await index(database, repository, "next")).read == 20
    repository.git("checkout", "--quiet", "main")
    repository.git("reset", "--quiet", "--hard", "next")
    repository.show()
    switched = await index(database, repository)
    assert (switched.files, switched.read, switched.texts) == (20, 0, 0)
    assert await tree(database) == git_tree(repository) == await tree(database, "next")


async def test_a_forced_push_takes_its_commits_and_files_away(database: Database, tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.commit({"kept.py": "def kept(): pass\n"}, "Kept")
    repository.commit({"lost.py": "def lost(): pass\n", "kept.py": "def kept(): return 1\n"}, "Lost")
    await index(database, repository)
    repository.git("reset", "--quiet", "--hard", "HEAD~1")
    repository.commit({"new.py": "def new(): pass\n"}, "New")
    done = await index(database, repository)
    assert (done.read, done.gone, done.commits) == (2, 1, 1)
    assert await tree(database) == git_tree(repository)
    async with database.read() as connection:
        assert [one.subject for one in await history(connection, SCOPE, REPO, "kept.py")] == ["Kept"]
        assert await co_changed(connection, SCOPE, REPO, "kept.py") == []
    # The old commit may also be gone from the mirror altogether.
    repository.git("reset", "--quiet", "--hard", "HEAD~1")
    repository.commit({"newer.py": "def newer(): pass\n"}, "Newer")
    for word in (("reflog", "expire", "--expire=now", "--all"), ("gc", "--quiet", "--prune=now")):
        repository.git("--git-dir", str(repository.bare), *word, inside=False)
    assert (await index(database, repository)).read == 1
    assert await tree(database) == git_tree(repository)
    async with database.read() as connection:
        assert await history(connection, SCOPE, REPO, "new.py") == []
        assert [one.subject for one in await history(connection, SCOPE, REPO, "newer.py")] == ["Newer"]


async def test_odd_files_do_no_harm(database: Database, tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    inner = Repository(tmp_path, type(REPO)("org", "inner"))
    inner.commit({"inside.py": "def inside(): pass\n"})
    os.symlink("/etc/passwd", repository.work / "link.py")
    repository.git("submodule", "--quiet", "add", str(inner.work), "module.py")
    (repository.work / os.fsdecode(b"bad\xff.py")).write_bytes(b"def bad(): pass\n")
    repository.commit(
        {
            "new\nline.py": "def in_line(): pass\n", "tab\t\"quoted\".py": "def in_tab(): pass\n",
            "sp ace/ü.py": "def ü(): pass\n",
            "binary.py": b"\0\1\2" * 100, "broken.py": "def fine(): pass\nclass (((\ndef also(): pass\n",
            "latin.py": b"# caf\xe9\ndef latin(): pass\n", "huge.py": "x = 1\n" * (BYTES_MAX // 5), "empty.py": "",
            "nul.py": "def nul(): pass\n" + "\n" * 9_000 + "\0\n", "long.js": "var a=1;" * 2_000,
            "node_modules/x/index.js": "function theirs() {}\n", "gen.go": "// Code generated by x. DO NOT EDIT.\npackage x\n",
            "read.me": "def nothing(): pass\n", "deep.py": "(\n" * 30_000 + ")\n" * 30_000,
        }
    )  # fmt: skip
    done = await index(database, repository)
    assert done.skipped == {"binary": 1, "too large": 1, "minified": 1, "generated": 1}
    held = await tree(database)
    assert "bad\\xff.py" in held
    assert not {"link.py", "module.py", "module.py/inside.py", "read.me", "node_modules/x/index.js"} & set(held)
    async with database.read() as connection:
        for name, path in {
            "in_line": "new\nline.py", "in_tab": 'tab\t"quoted".py', "ü": "sp ace/ü.py", "latin": "latin.py",
            "fine": "broken.py", "bad": "bad\\xff.py", "nul": "nul.py",
        }.items():  # fmt: skip
            assert [one.path for one in await symbols(connection, SCOPE, REPO, name)] == [path]
        for name in ("inside", "theirs", "nothing"):
            assert await symbols(connection, SCOPE, REPO, name) == []
    repository.commit({"new\nline.py": None, "huge.py": "def small(): pass\n"})
    assert (await index(database, repository)).gone == 1
    assert set(await tree(database)) == set(held) - {"new\nline.py"}


async def test_a_run_that_was_cut_off_goes_on_where_it_was(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missing, "BATCH_MAX", 10)
    repository = Repository(tmp_path)
    repository.commit({f"m{n}.py": f"def f{n}(): pass\n" for n in range(45)})
    async with sqlite_database.write() as connection:
        repo = await code_repos.want(connection, str(REPO), readers="public", branch="main", now=utc_now())
    seen: list[int] = []

    class Cut(Exception):
        pass

    def cut(done: object) -> None:
        seen.append(getattr(done, "read", 0))
        if len(seen) == 2:
            raise Cut

    with pytest.raises(Cut):
        await CodeIndex(sqlite_database, repository.trees).index(repo, "main", tell=cut)
    async with sqlite_database.read() as connection:
        assert await code_asking.branch(connection, SCOPE, str(REPO)) is None
    done = await CodeIndex(sqlite_database, repository.trees).index(repo, "main")
    assert (done.files, done.read) == (45, 25)
    assert await tree(sqlite_database) == git_tree(repository)


async def test_many_at_once_leave_one_index(database: Database, tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.commit({f"m{n}.py": f"def f{n}(): pass\n" for n in range(12)})
    await asyncio.gather(*(index(database, repository) for _ in range(4)))
    assert await tree(database) == git_tree(repository)
    async with database.read() as connection:
        count = sa.select(sa.func.count()).select_from(code_blob)
        assert (await connection.execute(count)).scalar_one() == 12


async def test_a_newer_reader_reads_again(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = Repository(tmp_path)
    repository.commit({"a.py": "def a(): pass\n", "b.py": "def b(): pass\n"})
    await index(sqlite_database, repository)
    for module in (read_blob, missing, index_module, settle, way):
        monkeypatch.setattr(module, "VERSION", 2)
    done = await index(sqlite_database, repository)
    assert (done.read, done.texts) == (2, 0)
    async with sqlite_database.read() as connection:
        rows = (await connection.execute(sa.select(blob_symbol))).all()
    assert sorted(row.name for row in rows) == ["a", "a", "b", "b"]


async def test_a_branch_that_is_gone_is_dropped(sqlite_database: Database, tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.commit({"a.py": "def a(): pass\n"})
    repository.git("branch", "topic")
    repository.show()
    await index(sqlite_database, repository)
    await index(sqlite_database, repository, "topic")
    repository.git("branch", "-D", "topic")
    repository.show()
    with pytest.raises(NotFound, match="no branch 'topic'"):
        await index(sqlite_database, repository, "topic")
    async with sqlite_database.read() as connection:
        assert await code_asking.branch(connection, SCOPE, str(REPO), "topic") is None
        assert await code_asking.branch(connection, SCOPE, str(REPO)) is not None


async def test_history_follows_when_another_branch_becomes_the_main_one(sqlite_database: Database, tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.commit({"a.py": "a = 1\n"}, "First")
    repository.git("checkout", "--quiet", "-b", "trunk")
    repository.commit({"a.py": "a = 2\n"}, "Second")
    await index(sqlite_database, repository)
    await index(sqlite_database, repository, "trunk")
    done = await index(sqlite_database, repository, "trunk", branch="trunk")
    assert (done.read, done.commits) == (0, 2)
    async with sqlite_database.read() as connection:
        assert [one.subject for one in await history(connection, SCOPE, REPO, "a.py")] == ["Second", "First"]


async def test_a_forgotten_repository_leaves_nothing_but_what_others_hold(database: Database, tmp_path: Path) -> None:
    one, two = Repository(tmp_path), Repository(tmp_path, type(REPO)("org", "two"))
    one.commit({"shared.py": "def shared(): pass\n", "own.py": "def own(): pass\n"})
    two.commit({"shared.py": "def shared(): pass\n"})
    await index(database, one)
    await index(database, two)
    async with database.write() as connection:
        assert await code_forgetting.forget_repo(connection, str(one.repo)) == {"code_repo": 1, "code_blob": 1}
        assert await code_forgetting.forget_repo(connection, "org/none") == {}
    async with database.read() as connection:
        assert await symbols(connection, SCOPE, one.repo, "shared") == []
        assert [found.path for found in await symbols(connection, SCOPE, two.repo, "shared")] == ["shared.py"]
        texts = (await connection.execute(sa.select(code_text.c.text))).scalars().all()
        assert sorted(texts) == sorted(["shared\n\nshared", "shared shared\ndef shared(): pass"])
    async with database.write() as connection:
        await code_forgetting.forget_repo(connection, str(two.repo))
        for table in ("code_repo", "code_ref", "code_tree", "code_blob", "blob_symbol", "blob_reference", "code_text",
                      "code_commit", "code_touch", "embedding_queue"):  # fmt: skip
            count = sa.select(sa.func.count()).select_from(metadata.tables[table])
            assert (await connection.execute(count)).scalar_one() == 0, table
