"""How long after an event was accepted its 👀 stands on the forge, while nothing else goes on.

    python -m benchmarks.acknowledge [--times 20] [--json]

serve and effects run as processes over a practice forge with real webhooks; a person opens an issue, and its reactions are
read until the triager's is there. accepted is when the event was stored; total is from the person's click.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from benchmarks._report import report
from benchmarks.intake import percentile, wait_for
from forgecrew.app.demo.scene import REPO, ModelAnswers, Scene, set_scene
from forgecrew.store.database import Database
from forgecrew.store.tables.event import event

LOOK_SECONDS = 0.02


@asynccontextmanager
async def processes(home: Path, *names: str) -> AsyncGenerator[None]:
    """`forgecrew <name>` for each name, for the length of the block."""
    started: list[asyncio.subprocess.Process] = []
    with (home / "processes.log").open("ab") as log:
        for name in names:
            started.append(
                await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "forgecrew.cli.main", name, "--home", str(home), stdin=asyncio.subprocess.DEVNULL,
                    stdout=log, stderr=log,
                )
            )  # fmt: skip
    try:
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            await process.wait()


async def one(scene: Scene, database: Database, number: int) -> tuple[float, float]:
    """Seconds from accepted to acknowledged, and from the click on."""
    clicked = datetime.now(UTC)
    made = await scene.person.issues.create_issue(REPO, f"Question {number}", "What is a tally?")
    async with asyncio.timeout(30):
        while not [one for one in await scene.person.issues.reactions(REPO, made.number) if one.content == "eyes"]:
            await asyncio.sleep(LOOK_SECONDS)
    seen = datetime.now(UTC)
    query = sa.select(event.c.stored_at).where(event.c.kind == "issue.opened", event.c.subject_number == made.number)
    async with database.read() as connection:
        accepted = (await connection.execute(query.order_by(event.c.id).limit(1))).scalar_one()
    return (seen - accepted).total_seconds(), (seen - clicked).total_seconds()


async def main(times: int, as_json: bool) -> None:
    """Set the scene, start both processes, ask and look."""
    with tempfile.TemporaryDirectory(prefix="forgecrew-acknowledge-") as folder:
        home = Path(folder)
        scene = await set_scene(home, ModelAnswers(), port=0, say=lambda text: None)
        database = Database(scene.settings.database_url)
        try:
            async with processes(home, "serve", "effects"):
                await wait_for(scene.settings.server.port)
                await one(scene, database, 0)
                taken: list[tuple[float, float]] = []
                for number in range(1, times + 1):
                    await asyncio.sleep(0.7 + 0.037 * number)
                    taken.append(await one(scene, database, number))
        finally:
            await database.close()
            await scene.strike()
    accepted, total = [first for first, _ in taken], [second for _, second in taken]
    figures = {
        "times": times, "p50_s": round(percentile(accepted, 0.5), 3), "p95_s": round(percentile(accepted, 0.95), 3),
        "max_s": round(max(accepted), 3), "total_p95_s": round(percentile(total, 0.95), 3),
    }  # fmt: skip
    report("acknowledge", figures, {}, as_json)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    asyncio.run(main(given.times, given.json))
