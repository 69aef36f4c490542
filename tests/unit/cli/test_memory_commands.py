"""`forgecrew memory` as people meet it."""

import asyncio
import json
from pathlib import Path

from click.testing import CliRunner

from forgecrew.cli.main import build
from forgecrew.store.database import Database
from forgecrew.store.migrate import upgrade
from tests.houses import make_installation
from tests.unit.memory.telling import remember, told


def run(home: Path, *arguments: str) -> str:
    done = CliRunner().invoke(build(), ["memory", *arguments, "--home", str(home)])
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


async def fill(url: str) -> None:
    await upgrade(url)
    database = Database(url)
    await remember(database, [told("issue.commented", comment={"id": 1, "body": "zebra"})])
    await database.close()


def test_what_is_held_and_what_is_forgotten(tmp_path: Path) -> None:
    made = make_installation(tmp_path / "home")
    asyncio.run(fill(f"sqlite:///{made.home / 'forgecrew.sqlite'}"))
    assert json.loads(run(made.home, "status", "--json"))["chunk"] == 1
    (event,) = json.loads(run(made.home, "events", "acme/tally#1", "--json"))
    assert event["id"] in run(made.home, "events", "acme/tally#1")
    shown = run(made.home, "forget", "event", event["id"], "--yes")
    assert "1 chunk" in shown and "left: 0 chunk" in shown
    assert json.loads(run(made.home, "status", "--json"))["chunk"] == 0
