"""Versions of files that an agent changed: taken in a real sandbox, shown and restored through the doors."""

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from forgecrew.agents.checkout import SCRIPT as CHECKOUT
from forgecrew.agents.versions import FOLDER, Author, snapshot
from forgecrew.core.command import Command
from forgecrew.core.errors import NotFound, RefusedError, SandboxUnavailable
from forgecrew.core.file_version import FileVersion, path_bytes, path_text
from forgecrew.core.new_task import NewTask
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.integrations.bubblewrap.sandbox import Backend, backend
from forgecrew.integrations.git.version_store import connect
from forgecrew.kernel.file_versions import StoredFileVersions
from forgecrew.kernel.restorer import Restorer
from forgecrew.kernel.version_reading import content_of, diff_of, workspace_diff
from forgecrew.ports.sandbox import Sandbox
from forgecrew.store.database import Database
from forgecrew.store.queries import file_versions, tasks
from tests.houses import Installation

RUN = "0" * 26
ODD = b"odd\xff\nname"


def git(folder: Path, *arguments: str) -> bytes:
    line = ["git", "-C", str(folder), "-c", "user.name=m", "-c", "user.email=m@x", *arguments]
    return subprocess.run(line, check=True, capture_output=True).stdout


@pytest.fixture
async def sandboxes(tmp_path: Path) -> AsyncIterator[Backend]:
    made = backend(tmp_path / "sandboxes")
    try:
        await made.probe()
    except SandboxUnavailable as error:
        pytest.skip(str(error))
    yield made
    await made.reap(keep=())


class Desk:
    """A task with a checkout whose snapshots are kept."""

    def __init__(self, database: Database, box: Sandbox, task_id: int) -> None:
        self.database, self.box, self.task_id, self.step = database, box, task_id, 0
        self.versions = StoredFileVersions(database)

    async def do(self, script: str, path: str = "") -> int:
        """One step: the script, then the snapshot; gives how many versions are new."""
        self.step += 1
        assert (await self.box.exec(Command(("/bin/sh", "-c", script)))).ok
        return await snapshot(self.versions, self.box, Author(self.task_id, RUN, self.step, "casey"), path)

    async def log(self, path: str) -> list[FileVersion]:
        async with self.database.read() as connection:
            return await file_versions.of_file(connection, self.task_id, path)

    async def newest(self) -> dict[str, FileVersion]:
        async with self.database.read() as connection:
            return {one.path: one for one in await file_versions.newest(connection, self.task_id)}


async def a_desk(database: Database, sandboxes: Backend, folder: Path) -> Desk:
    repo = folder / "repo"
    repo.mkdir()
    git(repo, "init", "-q", "-b", "start")
    (repo / "a.txt").write_text("one\n")
    (repo / "gone.txt").write_text("gone\n")
    (repo / ".gitignore").write_text("*.log\n")
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "first")
    git(repo, "branch", "base")
    bundle = git(repo, "bundle", "create", "-q", "-", "start", "base")
    async with database.write() as connection:
        subject = Subject(RepoRef("acme", "tally"), "issue", 1)
        task_id = await tasks.create(connection, NewTask("coder", "casey", subject, "mira", "A lost cent"))
    assert task_id
    box = await sandboxes.create(SandboxSpec(f"task-{task_id}"))
    done = await box.exec(Command(("sh", "-c", CHECKOUT, "sh", "casey", "c@x", "work", "start", RUN), stdin=bundle))
    assert done.ok, done.text
    return Desk(database, box, task_id)


async def test_every_change_is_a_version_and_the_checkout_knows_nothing_of_it(
    database: Database, sandboxes: Backend, tmp_path: Path
) -> None:
    desk, store = await a_desk(database, sandboxes, tmp_path), connect(tmp_path / "versions")
    assert await desk.do("true") == 0
    assert not (await desk.box.exec(Command(("test", "-s", f"{FOLDER}/out.list")))).ok
    assert await desk.do("echo two > a.txt; printf 'a\\000b' > binary; echo x > secret.log") == 2
    assert await desk.do("echo three > a.txt", "a.txt") == 1
    assert [(one.version, one.kind, one.step) for one in await desk.log("a.txt")] == [
        (0, "start", 2),
        (1, "changed", 2),
        (2, "changed", 3),
    ]
    texts = [await content_of(database, store, one) for one in await desk.log("a.txt")]
    assert texts == [b"one\n", b"two\n", b"three\n"]
    told = await diff_of(database, store, (await desk.log("a.txt"))[0], (await desk.log("a.txt"))[2])
    assert told == "diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+three\n"
    assert await desk.do("echo y > secret.log", "secret.log") == 1, "what a tool wrote has versions, ignored or not"
    assert await desk.do("rm gone.txt; mv a.txt b.txt; ln -s b.txt link; chmod +x binary") == 5
    newest = await desk.newest()
    assert (newest["gone.txt"].kind, newest["b.txt"].from_path, newest["link"].mode) == ("removed", "a.txt", "120000")
    assert newest["binary"].mode == "100755"
    status = await desk.box.exec(Command(("git", "status", "--short")))
    assert status.text == " D a.txt\n D gone.txt\n?? b.txt\n?? binary\n?? link\n"
    with pytest.raises(NotFound, match="was removed"):
        await content_of(database, store, newest["gone.txt"])


async def test_odd_names_large_files_and_repositories_inside(database: Database, sandboxes: Backend, tmp_path: Path) -> None:
    desk, store = await a_desk(database, sandboxes, tmp_path), connect(tmp_path / "versions")
    script = (
        "printf 1 > \"$(printf 'odd\\377\\nname')\"; printf 2 > ./-x; head -c 9000000 /dev/zero > huge; : > empty; "
        "mkdir sub; git init -q sub; echo 1 > sub/q; printf ':100644 100644 %040d %040d M' 1 2 > spoof"
    )
    assert await desk.do(script) == 5
    newest = await desk.newest()
    assert set(newest) == {path_text(ODD), "-x", "huge", "empty", "spoof"}
    assert (newest["huge"].kept, newest["huge"].size) == (False, 9000000)
    assert await content_of(database, store, newest[path_text(ODD)]) == b"1"
    assert await content_of(database, store, newest["empty"]) == b""
    assert await desk.do("true") == 0, "a large file that stays as it is is told once"
    with pytest.raises(NotFound, match="too large"):
        await content_of(database, store, newest["huge"])


async def test_a_snapshot_that_was_not_kept_is_told_by_the_next_one(
    database: Database, sandboxes: Backend, tmp_path: Path
) -> None:
    desk = await a_desk(database, sandboxes, tmp_path)
    assert await desk.do("echo two > a.txt") == 1

    class Dies(StoredFileVersions):
        async def keep(self, *_: object) -> int:
            raise OSError("the process died here")

    desk.versions, kept = Dies(database), desk.versions
    assert await desk.do("echo three > a.txt; echo new > c.txt") == 0
    desk.versions = kept
    assert await desk.do("true") == 2
    assert [one.kind for one in await desk.log("a.txt")] == ["start", "changed", "changed"]


async def test_a_workspace_without_its_versions_costs_versions_not_the_run(
    database: Database, sandboxes: Backend, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk = await a_desk(database, sandboxes, tmp_path)
    assert await desk.do(f"rm -rf {FOLDER}; echo two > a.txt") == 0
    assert "its file versions are not kept" in caplog.text
    garbage = tmp_path / "elsewhere"
    with pytest.raises(RefusedError, match="no bundle"):
        await connect(garbage).read(b"# v2 git bundle\nrubbish", "1" * 40)


async def test_files_and_workspaces_are_restored_as_new_versions(
    database: Database, sandboxes: Backend, tmp_path: Path
) -> None:
    desk, store = await a_desk(database, sandboxes, tmp_path), connect(tmp_path / "versions")
    await desk.do("echo two > a.txt; printf 1 > \"$(printf 'odd\\377\\nname')\"")
    then = max(one.id for one in (await desk.newest()).values())
    await desk.do("echo three > a.txt; rm gone.txt; echo later > later.txt; rm odd*")
    restorer = Restorer(database, sandboxes, store)
    since = await workspace_diff(database, store, desk.task_id, then, None)
    lines = {line for line in since.splitlines() if line[:1] in ("+", "-") and line[:3] not in ("+++", "---")}
    assert lines == {"-two", "+three", "-gone", "+later", "-1"}
    whole = await workspace_diff(database, store, desk.task_id, 0, None)
    assert "-one" in whole and "+three" in whole and "odd" not in whole, "what came and went is no difference"

    async def restored(path: str, version_id: int) -> tuple[str, str]:
        async with database.write() as connection:
            wish = await file_versions.ask_restore(connection, desk.task_id, path, version_id)
        await restorer.round()
        async with database.read() as connection:
            return await file_versions.restore_state(connection, wish)

    first = (await desk.log("a.txt"))[0]
    assert await restored("a.txt", first.id) == ("done", "")
    assert await desk.box.read("a.txt") == b"one\n"
    last = (await desk.log("a.txt"))[-1]
    assert (last.version, last.author, last.blob) == (3, "a person", first.blob)
    assert await restored("", then) == ("done", "")
    listed = await desk.box.exec(Command(("ls", "-b")))
    assert listed.text.split("\n")[:-1] == ["a.txt", "gone.txt", "odd\\377\\nname"], (
        "what was added later is gone, the rest is back"
    )
    assert await desk.box.read("a.txt") == b"two\n"
    await desk.box.destroy()
    async with database.read() as connection:
        versions = await file_versions.of_file(connection, desk.task_id, "a.txt")
    assert await content_of(database, store, versions[0]) == b"one\n", "shown although the workspace is gone"


async def test_doors_show_compare_and_download(installation: Installation, sandboxes: Backend, tmp_path: Path) -> None:
    installation.serve()
    database = installation.database()
    desk = await a_desk(database, sandboxes, tmp_path)
    await desk.do("echo '<b>two</b>' > a.txt; echo n > \"new file.txt\"")
    await database.close()
    api = f"/api/tasks/{desk.task_id}/files"
    with installation.client() as client:
        listed = client.get(api).json()
        assert [(one["path"], one["kind"], one["version"]) for one in listed] == [
            ("a.txt", "changed", 1),
            ("new file.txt", "added", 1),
        ]
        versions = client.get(f"{api}/versions", params={"path": "a.txt"}).json()
        assert [one["kind"] for one in versions] == ["start", "changed"] and versions[1]["run_id"] == RUN
        assert client.get(f"{api}/content", params={"path": "a.txt", "version": 0}).content == b"one\n"
        assert "+<b>two</b>" in client.get(f"{api}/diff", params={"path": "a.txt", "from": 0, "to": 1}).text
        every = client.get(f"{api}/diff", params={"from": 0, "to": max(one["id"] for one in listed)}).text
        assert "+<b>two</b>" in every and "+++ b/new file.txt" in every
        assert client.get(f"{api}/versions", params={"path": "no"}).status_code == 404
        assert client.get("/api/tasks/999/files").status_code == 404
        assert "new%20file.txt" in client.get(f"/tasks/{desk.task_id}/files").text
        page = client.get(f"/tasks/{desk.task_id}/files", params={"path": "a.txt"}).text
        assert "Version 1" in page and "&lt;b&gt;two" in page and "<b>two" not in page
    task = str(desk.task_id)
    assert "new file.txt" in installation.run("files", "log", task).stdout
    assert installation.run("files", "show", task, "a.txt", "--version", "0").stdout == "one\n"
    assert "-one" in installation.run("files", "diff", task, "a.txt").stdout
    assert "+n\n" in installation.run("files", "diff", task).stdout
    assert "has no version of 'no'" in installation.run("files", "show", task, "no").stderr


@pytest.mark.parametrize("name", [b"a.txt", "für.txt".encode(), b"\xff", b"a\nb", b'q"uote', b"back\\slash", b"a b", ODD])
def test_names_are_text_and_bytes_again(name: bytes) -> None:
    text = path_text(name)
    assert path_bytes(text) == name
    assert text.encode().decode() == text and text.isprintable()
