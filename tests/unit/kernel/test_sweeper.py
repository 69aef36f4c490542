"""Sandboxes of tasks that are over go, those of others stay."""

import shutil
from pathlib import Path

import pytest

from forgecrew.core.new_task import NewTask
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.integrations.bubblewrap.sandbox import backend
from forgecrew.kernel.sweeper import Sweeper
from forgecrew.store.database import Database
from forgecrew.store.queries import tasks

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed: no sandbox can be made")


async def test_sandboxes_of_ended_tasks_are_removed(database: Database, tmp_path: Path) -> None:
    async with database.write() as connection:
        subjects = [Subject(RepoRef("o", "r"), "issue", number) for number in (1, 2)]
        ids = [await tasks.create(connection, NewTask("coder", "casey", subject, "mia")) for subject in subjects]
        await tasks.ask_stop(connection, ids[1] or 0, reason="enough")
    here = backend(tmp_path / "sandboxes")
    for name in (f"task-{ids[0]}", f"task-{ids[0]}-abc", f"task-{ids[1]}", f"task-{ids[1]}-abc", "task-9999", "other-2"):
        await here.create(SandboxSpec(name))
    sweeper = Sweeper(database, here)
    assert await sweeper.sweep() == [f"task-{ids[1]}", f"task-{ids[1]}-abc", "task-9999"]
    assert sorted(spec.id for spec in await here.list()) == ["other-2", f"task-{ids[0]}", f"task-{ids[0]}-abc"]
    assert await sweeper.sweep() == []
