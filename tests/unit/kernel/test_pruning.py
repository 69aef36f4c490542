"""Pruning: what is old or too many goes, with its bytes; nothing that something refers to is lost."""

from datetime import timedelta

import sqlalchemy as sa

from forgecrew.core.app import App
from forgecrew.core.file_version import FileChange, FileVersion
from forgecrew.core.intent import Intent
from forgecrew.core.moment import utc_now
from forgecrew.core.new_task import NewTask
from forgecrew.core.stored_intent import IntentState
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.kernel.file_versions import StoredFileVersions
from forgecrew.kernel.pruning import Pruning
from forgecrew.store.database import Database
from forgecrew.store.queries import apps, blobs, file_versions, intents, tasks
from forgecrew.store.tables.blob import blob
from forgecrew.store.tables.file_version import file_version
from forgecrew.store.tables.task import task

RUN = "0" * 26
SUBJECT = Subject(RepoRef("acme", "tally"), "issue", 1)


async def made(database: Database, number: int, *, versions: int, ended: bool, days_old: int) -> int:
    """Id of a task with versions of one file."""
    async with database.write() as connection:
        subject = Subject(RepoRef("acme", "tally"), "issue", number)
        id = await tasks.create(connection, NewTask("coder", "casey", subject, "mira", "t"))
    assert id
    store = StoredFileVersions(database)
    for step in range(1, versions + 1):
        change = FileChange("a.py", "100644", f"{number:020}{step - 1:020}", "100644", f"{number:020}{step:020}", size=1)
        await store.keep(id, RUN, step, "casey", [change], f"bundle {number} {step}".encode())
    async with database.write() as connection:
        if ended:
            await connection.execute(sa.update(task).where(task.c.id == id).values(state="ended"))
        at = utc_now() - timedelta(days=days_old)
        await connection.execute(sa.update(file_version).where(file_version.c.task_id == id).values(at=at))
        bundles = sa.select(file_version.c.bundle).where(file_version.c.task_id == id)
        await connection.execute(sa.update(blob).where(blob.c.sha256.in_(bundles)).values(at=at))
    return id


async def of(database: Database, task_id: int) -> list[FileVersion]:
    async with database.read() as connection:
        return await file_versions.of_file(connection, task_id, "a.py")


async def test_old_ones_of_ended_tasks_go_with_their_bytes(database: Database) -> None:
    old = await made(database, 1, versions=3, ended=True, days_old=10)
    fresh = await made(database, 2, versions=3, ended=True, days_old=1)
    open_ = await made(database, 3, versions=3, ended=False, days_old=10)
    restored = await made(database, 4, versions=3, ended=True, days_old=10)
    whole = await made(database, 5, versions=3, ended=True, days_old=10)
    one, other = (await of(database, restored))[2].id, (await of(database, whole))[1].id
    async with database.write() as connection:
        await file_versions.ask_restore(connection, restored, "a.py", one)
        await file_versions.ask_restore(connection, whole, "", other)
    gone = [one.bundle for one in await of(database, old)]
    assert await Pruning(database, days=5, per_file=100).prune() == (4 + 3, 3 + 2)
    assert await of(database, old) == []
    assert [len(await of(database, id)) for id in (fresh, open_, restored, whole)] == [4, 4, 1, 4]
    async with database.read() as connection:
        assert {await blobs.read(connection, sha) for sha in gone} == {None}
        for id in (fresh, open_, restored, whole):
            for one in await of(database, id):
                assert await blobs.read(connection, one.bundle), "what a version names is there"
    assert await Pruning(database, days=0, per_file=100).prune() == (0, 0), "0 days: for ever"


async def test_of_one_file_the_newest_stay_and_the_start(database: Database) -> None:
    id = await made(database, 1, versions=12, ended=False, days_old=0)
    third = (await of(database, id))[3].id
    async with database.write() as connection:
        await file_versions.ask_restore(connection, id, "a.py", third)
    assert (await Pruning(database, days=90, per_file=4).prune())[0] == 12 - 4 - 1
    assert [one.version for one in await of(database, id)] == [0, 3, 9, 10, 11, 12]
    change = FileChange("a.py", "100644", "1" * 40, "100644", "2" * 40, size=1)
    await StoredFileVersions(database).keep(id, RUN, 13, "casey", [change], b"later")
    assert (await of(database, id))[-1].version > 12, "numbers are not given again"


async def test_bytes_stay_that_an_app_or_an_unfinished_intent_needs(database: Database) -> None:
    async with database.write() as connection:
        wanted = App(id="", name="", title="t", owner="casey", files_sha256="")
        app = await apps.ask(connection, wanted, b"an app", of_one_max=9)
        shas = {name: await blobs.keep(connection, name.encode()) for name in ("waits", "done", "loose", "again")}
        for name, state in (("waits", IntentState.WAITING), ("done", IntentState.DONE)):
            arguments = {"bundle_sha256": shas[name], "branch": "casey/1"}
            await intents.propose(connection, Intent("push_branch", "casey", SUBJECT, name, arguments), state=state)
        await connection.execute(sa.update(blob).values(at=utc_now() - timedelta(days=10)))
        assert await blobs.keep(connection, b"again") == shas["again"], "asked for again: it counts as new"
    assert await Pruning(database, days=5, per_file=9).prune() == (0, 2)
    async with database.read() as connection:
        kept = {name: await blobs.read(connection, sha) for name, sha in shas.items()}
        assert await blobs.read(connection, app.files_sha256) == b"an app"
    assert {name for name, content in kept.items() if content} == {"waits", "again"}
