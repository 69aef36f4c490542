"""Rows of sandboxes: shown while their worker lives, removed when asked, never written over by who asks."""

from dataclasses import replace
from datetime import timedelta

from forgecrew.core.moment import utc_now
from forgecrew.core.sandbox_view import SandboxView
from forgecrew.store.database import Database
from forgecrew.store.queries import sandboxes, workers

ONE = SandboxView("task-1", "o/r", "work-1", "medium", (1 << 33, 1.5, 256, 1 << 40), task_id=1, lines=("a", "é"), lines_end=7)
PASSED = replace(ONE, id="task-3", network="1 door", bytes_in=1 << 40, bytes_out=0)


async def test_a_row_follows_its_worker(database: Database) -> None:
    now = utc_now()
    async with database.write() as connection:
        await workers.join(connection, "work-1", kind="work", host="h", pid=1, now=now, lease_seconds=6)
        await sandboxes.show(connection, ONE)
        await sandboxes.show(
            connection, replace(ONE, id="task-2", state="running", cpu=0.5, memory_bytes=1 << 40, disk_bytes=3)
        )
        assert [view.id for view in await sandboxes.shown(connection, now=now)] == ["task-2", "task-1"], "busy ones first"
        found = await sandboxes.get(connection, "task-1")
        assert found is not None and found.created_at is not None
        assert replace(found, created_at=None, updated_at=None) == ONE
        await sandboxes.show(connection, PASSED)
        found = await sandboxes.get(connection, "task-3")
        assert found is not None and replace(found, created_at=None, updated_at=None) == PASSED
        await sandboxes.remove(connection, ["task-3"])
        later = now + timedelta(seconds=7)
        assert await sandboxes.shown(connection, now=later) == []
        assert {view.id for view in await sandboxes.of_dead(connection, now=later)} == {"task-1", "task-2"}
        assert await sandboxes.of_dead(connection, now=now) == []


async def test_what_a_person_asked_is_not_written_over(database: Database) -> None:
    async with database.write() as connection:
        await sandboxes.show(connection, ONE)
        assert await sandboxes.ask_removal(connection, "task-1") and not await sandboxes.ask_removal(connection, "none")
        await sandboxes.show(connection, replace(ONE, state="running"))
        assert await sandboxes.removal_asked(connection, "work-1") == ["task-1"]
        assert await sandboxes.removal_asked(connection, "work-2") == []
        await sandboxes.remove(connection, ["task-1"])
        assert await sandboxes.get(connection, "task-1") is None


async def test_only_what_has_no_row_is_adopted(database: Database) -> None:
    async with database.write() as connection:
        await sandboxes.show(connection, ONE)
        new = [replace(ONE, worker_id="work-2"), replace(ONE, id="task-3", worker_id="work-2")]
        assert await sandboxes.adopt(connection, new) == ["task-3"]
        assert await sandboxes.ids_of(connection, "work-2") == ["task-3"]
        assert await sandboxes.adopt(connection, []) == []
