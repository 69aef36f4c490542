import os
import subprocess
import sys
from datetime import timedelta

from forgecrew.core.moment import utc_now
from forgecrew.kernel.lease import Lease, host_id, new_worker_id
from forgecrew.store.database import Database
from forgecrew.store.queries import workers


async def _row(database: Database, worker_id: str, *, host: str, pid: int, lease_seconds: float) -> None:
    async with database.write() as connection:
        await workers.join(connection, worker_id, kind="work", host=host, pid=pid, now=utc_now(), lease_seconds=lease_seconds)


async def test_whose_lease_ran_out_is_buried_once_and_hears_of_it(database: Database) -> None:
    late, other = Lease(database, "work-late", lease_seconds=-1), Lease(database, "work-other")
    await late.join()
    await other.join()
    assert await other.beat()
    assert await other.bury() == ["work-late"]
    assert await other.bury() == []
    assert not await late.beat()
    await late.join()
    assert await late.beat()


async def test_nobody_buries_itself(sqlite_database: Database) -> None:
    late = Lease(sqlite_database, "work-late", lease_seconds=-1)
    await late.join()
    assert await late.bury() == []


async def test_on_this_machine_a_process_that_is_gone_is_dead_at_once(sqlite_database: Database) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    zombie = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
    mine = os.getpid()
    for worker_id, host, pid in (
        ("work-h-1-5", host_id(), ended.pid),
        ("work-h-2-5", host_id(), zombie.pid),
        ("work-h-3-5", host_id(), mine),
        (new_worker_id(), host_id(), mine),
        ("work-h-4-5", "elsewhere", ended.pid),
    ):
        await _row(sqlite_database, worker_id, host=host, pid=pid, lease_seconds=60)
    assert await Lease(sqlite_database, "work-me").bury() == ["work-h-1-5", "work-h-2-5", "work-h-3-5"]
    zombie.wait()


async def test_saying_goodbye_is_no_death(sqlite_database: Database) -> None:
    one, other = Lease(sqlite_database, "work-1"), Lease(sqlite_database, "work-2")
    await one.join()
    await one.goodbye()
    assert await other.bury() == []
    async with sqlite_database.read() as connection:
        assert await workers.alive(connection, kind="work", now=utc_now()) == []


async def test_all_workers_go_by_the_clock_of_the_database_server(database: Database) -> None:
    lease = Lease(database, "work-1")
    await lease.join()
    assert abs(lease.now() - utc_now()) < timedelta(seconds=2)
