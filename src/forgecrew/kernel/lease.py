"""Who is alive: a worker prolongs its lease again and again, and whose lease ran out or whose process is gone is dead."""

import os
import socket
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from forgecrew.core.moment import utc_now
from forgecrew.store.database import Database
from forgecrew.store.queries import workers

LEASE_SECONDS = 6.0
"""How long a worker counts as alive after its last sign of life; it gives one in every third of this time."""


class Lease:
    """The lease of one worker of this process, and its look at the others."""

    def __init__(self, database: Database, worker_id: str, *, kind: str = "work", lease_seconds: float = LEASE_SECONDS) -> None:
        self.worker_id = worker_id
        self._database, self._kind, self._seconds = database, kind, lease_seconds
        self._host = host_id()
        self._clock_lag = timedelta(0)

    def now(self) -> datetime:
        """The present moment by the clock that all workers share: the database server's, or this machine's for SQLite."""
        return utc_now() + self._clock_lag

    async def join(self) -> None:
        """Appear, or appear again, among the living."""
        async with self._database.write() as connection:
            if not self._database.sqlite:
                theirs = (await connection.execute(sa.select(sa.func.clock_timestamp()))).scalar_one()
                self._clock_lag = theirs - utc_now()
            await workers.join(
                connection, self.worker_id, kind=self._kind, host=self._host, pid=os.getpid(), now=self.now(),
                lease_seconds=self._seconds,
            )  # fmt: skip

    async def beat(self) -> bool:
        """Prolong the lease; False when others held this worker for dead: its runs are somebody else's now."""
        async with self._database.write() as connection:
            return await workers.beat(connection, self.worker_id, now=self.now(), lease_seconds=self._seconds)

    async def goodbye(self) -> None:
        """Leave in good order."""
        async with self._database.write() as connection:
            await workers.gone(connection, self.worker_id, now=self.now())

    async def bury(self) -> list[str]:
        """Mark the workers that died, each once, and give their ids."""
        async with self._database.read() as connection:
            late = await workers.dead(connection, now=self.now())
            here = await workers.on_host(connection, self._host)
        lost = [worker_id for worker_id, pid in here if not _lives(worker_id, pid)]
        dead = sorted({*late, *lost} - {self.worker_id})
        if dead:
            async with self._database.write() as connection:
                for worker_id in dead:
                    await workers.gone(connection, worker_id, now=self.now())
        return dead


def host_id() -> str:
    """This machine since it was started, and its space of process ids: where a pid means the same process."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()[:8]
    return f"{socket.gethostname()[:60]}/{boot}/{os.stat('/proc/self/ns/pid').st_ino}"


def new_worker_id(kind: str = "work") -> str:
    """An id that no other process has: `<kind>-<host>-<pid>-<start of the process in clock ticks>`."""
    return f"{kind}-{socket.gethostname()[:50]}-{os.getpid()}-{_started(os.getpid())}"


def _lives(worker_id: str, pid: int) -> bool:
    started = _started(pid)
    told = worker_id.rpartition("-")[2]
    return started is not None and (not told.isdigit() or told == started)


def _started(pid: int) -> str | None:
    """When a process started, in clock ticks since the machine did; None when it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]
