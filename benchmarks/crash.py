"""Kills workers and the effects process at random moments of the demo's job, and counts what was lost or done twice.

    python -m benchmarks.crash [--kills 50] [--seed 1] [--json]

Two workers and one effects process do the demo's job (recorded model, practice forge, real sandboxes); each one killed with
signal 9 is started again after 0.2 s. Jobs are repeated until that many kills have happened.
"""

import argparse
import asyncio
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from benchmarks._report import report
from forgecrew.app.demo.measure import on_the_forge, status_mark
from forgecrew.app.demo.scene import REPO, ModelAnswers, Scene, issue, set_scene
from forgecrew.app.prepare_database import prepare_database
from forgecrew.core.stored_intent import ENDED
from forgecrew.store.database import Database
from forgecrew.store.tables.event import event
from forgecrew.store.tables.intent import intent
from forgecrew.store.tables.run import run

VICTIMS = ("work-1", "work-2", "effects")
PAUSE_SECONDS = (0.3, 2.0)
RESTART_SECONDS = 0.2
JOB_SECONDS = 420.0
AGENTS = ("casey", "robin", "tess")


@dataclass(slots=True)
class Tally:
    """What all jobs together gave."""

    kills: int = 0
    jobs: int = 0
    lost: int = 0
    duplicates: int = 0
    takeovers: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Crew:
    """serve, two workers and effects as processes of ours, each started again when it ends."""

    def __init__(self, home: Path) -> None:
        self.home, self.ending = home, False
        self.living: dict[str, asyncio.subprocess.Process] = {}
        self._keepers = [asyncio.create_task(self._keep(name)) for name in ("serve", *VICTIMS)]

    async def _keep(self, name: str) -> None:
        with (self.home / f"{name}.log").open("ab") as log:
            while not self.ending:
                command = (sys.executable, "-m", "forgecrew.cli.main", name.partition("-")[0], "--home", str(self.home))
                process = await asyncio.create_subprocess_exec(
                    *command, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
                )
                self.living[name] = process
                await process.wait()
                del self.living[name]
                await asyncio.sleep(RESTART_SECONDS)

    async def end(self) -> None:
        self.ending = True
        for process in list(self.living.values()):
            process.kill()
        await asyncio.wait(self._keepers, timeout=5)


async def kill_now_and_then(crew: Crew, database: Database, tally: Tally, kills_max: int, dice: random.Random) -> None:
    """Kill one of the victims after a random pause, again and again; measure how long its runs stand still."""
    waits: set[asyncio.Task[None]] = set()
    while tally.kills < kills_max:
        await asyncio.sleep(dice.uniform(*PAUSE_SECONDS))
        process = crew.living.get(dice.choice(VICTIMS))
        if process is None or process.returncode is not None:
            continue
        held = await runs_of(database, process.pid)
        process.send_signal(signal.SIGKILL)
        tally.kills += 1
        if held:
            waits.add(asyncio.create_task(takeover(database, held, tally, time.monotonic())))
    if waits:
        await asyncio.wait(waits)


async def runs_of(database: Database, pid: int) -> dict[str, str]:
    """Open runs of the worker with that process number, with the worker's id."""
    from forgecrew.store.tables.worker import worker

    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(run.c.id, run.c.worker_id)
            .join(worker, worker.c.id == run.c.worker_id)
            .where(run.c.ended_at.is_(None), worker.c.pid == pid, worker.c.gone_at.is_(None))
        )
        return {row.id: row.worker_id for row in rows}


async def takeover(database: Database, held: dict[str, str], tally: Tally, since: float) -> None:
    """Until every run of the dead worker is held by another (or has ended)."""
    while held and time.monotonic() - since < 120:
        async with database.read() as connection:
            wanted = sa.select(run.c.id, run.c.worker_id, run.c.ended_at).where(run.c.id.in_(held))
            rows = (await connection.execute(wanted)).all()
        for row in rows:
            if row.ended_at is not None or (row.worker_id and row.worker_id != held[row.id]):
                del held[row.id]
                tally.takeovers.append(time.monotonic() - since)
        await asyncio.sleep(0.05)
    tally.takeovers += [time.monotonic() - since for _ in held]


async def one_job(tally: Tally, kills_max: int, dice: random.Random) -> None:
    """The demo's job from issue to ready pull request, under fire."""
    home = Path(tempfile.mkdtemp(prefix="forgecrew-crash-"))
    scene = await set_scene(home, ModelAnswers(), port=0, say=lambda _: None)
    await prepare_database(scene.settings)
    database = Database(scene.settings.database_url)
    crew = Crew(home)
    try:
        await until_open(scene)
        opened = await scene.person.issues.create_issue(REPO, *issue())
        await scene.assign(opened.number, "casey")
        killing = asyncio.create_task(kill_now_and_then(crew, database, tally, kills_max, dice))
        ready = await until_ready(scene, opened.number)
        killing.cancel()
        await asyncio.wait([killing])
        await asyncio.sleep(3)  # whatever still wants to write twice gets the time to do it
        tally.jobs += 1
        await count(scene, database, opened.number, ready, tally)
    finally:
        await crew.end()
        await database.close()
        await scene.strike()
        if not tally.lost:
            shutil.rmtree(home, ignore_errors=True)
        else:
            tally.notes.append(f"kept {home}")


async def until_open(scene: Scene) -> None:
    """Until serve listens."""
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection(scene.settings.server.host, scene.settings.server.port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        writer.close()
        return
    raise SystemExit("serve did not start")


async def until_ready(scene: Scene, number: int) -> bool:
    """Whether the pull request became ready in time."""
    deadline = time.monotonic() + JOB_SECONDS
    while time.monotonic() < deadline:
        if (await on_the_forge(scene.person, REPO, number, AGENTS)).ready:
            return True
        await asyncio.sleep(0.5)
    return False


async def count(scene: Scene, database: Database, number: int, ready: bool, tally: Tally) -> None:
    """Add what is missing and what stands twice."""
    found = await on_the_forge(scene.person, REPO, number, AGENTS)
    async with database.read() as connection:
        waiting = (await connection.execute(sa.select(sa.func.count()).where(event.c.dispatched_at.is_(None)))).scalar_one()
        states = [state.value for state in ENDED]
        undone = (await connection.execute(sa.select(sa.func.count()).where(intent.c.state.not_in(states)))).scalar_one()
        failed = (await connection.execute(sa.select(intent.c.kind, intent.c.problem).where(intent.c.state == "failed"))).all()
    tally.lost += (not ready) + waiting + undone + len(failed)
    if not ready or waiting or undone or failed:
        tally.notes.append(f"job {tally.jobs}: ready {ready}, events {waiting}, intents {undone}, failed {failed}")
    pulls = [one for one in await scene.person.issues.search(filter="all") if one.is_pull]
    places = (number, *(one.number for one in pulls))
    comments = [one for place in places for one in await scene.person.issues.comments(REPO, place)]
    marks = Counter(mark for one in comments if (mark := status_mark(one.body)))
    reviews = Counter((one.reviewer, one.commit_sha) for one in found.reviews)
    doubled = max(0, len(pulls) - 1) + sum(n - 1 for n in marks.values()) + sum(n - 1 for n in reviews.values())
    tally.duplicates += doubled
    if doubled:
        tally.notes.append(f"job {tally.jobs}: pulls {len(pulls)}, comments {dict(marks)}, reviews {dict(reviews)}")


def p95(values: list[float]) -> float:
    """The value that 95 of 100 do not pass."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] if ordered else 0.0


async def main(kills: int, seed: int, as_json: bool) -> None:
    """Repeat jobs until that many kills have happened."""
    dice, tally = random.Random(seed), Tally()
    while tally.kills < kills and tally.jobs < kills:
        await one_job(tally, kills, dice)
        figures = f"{tally.kills} kills, lost {tally.lost}, duplicates {tally.duplicates}"
        print(f"job {tally.jobs}: {figures}", file=sys.stderr, flush=True)
    for note in tally.notes:
        print(note, file=sys.stderr)
    figures = {
        "kills": tally.kills, "jobs": tally.jobs, "lost": tally.lost, "duplicates": tally.duplicates,
        "takeovers": len(tally.takeovers), "takeover_s_p95": round(p95(tally.takeovers), 2),
    }  # fmt: skip
    report("crash", figures, {}, as_json)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    asyncio.run(main(given.kills, given.seed, given.json))
