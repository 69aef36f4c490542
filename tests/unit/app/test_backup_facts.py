"""Facts that a model found come along with a backup: recalled as before, ended by later ones, taken back by version."""

import asyncio
import json
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from forgecrew.cli.main import build
from forgecrew.core.moment import utc_now
from forgecrew.memory.facts.rollback import rollback
from forgecrew.memory.recall.asked import Asked
from forgecrew.memory.recall.recaller import Recaller
from forgecrew.store.copying import digest
from forgecrew.store.database import Database
from forgecrew.store.migrate import upgrade
from forgecrew.store.tables import metadata
from tests.houses import make_installation
from tests.unit.memory.facts.offered import facts, held, offer, say, take
from tests.unit.memory.telling import ALL

UTC_ = "We keep all ledger times in UTC."
BERLIN = "From now on all ledger times are in Berlin time."
TOKYO = "All ledger times are in Tokyo time, decided for good."
DAY = 24 * 60


async def filled(url: str) -> list[str]:
    """Two decisions, of which the later one ended the earlier; what is recalled of them."""
    await upgrade(url)
    database = Database(url)
    await say(database, UTC_)
    await say(database, BERLIN, id=6, minutes=2 * DAY, by="noa")
    await take(database, offer(UTC_), place=-2)
    await take(database, offer(BERLIN))
    lines = await recalled(database)
    await database.close()
    assert len(lines) == 2 and "no more" in lines[1]
    return lines


async def recalled(database: Database) -> list[str]:
    recaller = Recaller(database)
    found = await recaller.recall(Asked("ledger times in UTC", ALL, forge_url="http://forge", repo="acme/tally"))
    await recaller.close()
    return [line.text for line in found.lines if line.id.startswith("f")]


async def restored(source: str, target: str, lines: list[str]) -> None:
    """The same rows and lines; a later decision ends the one that held, and one statement takes all of them back."""
    before, database = Database(source), Database(target)
    for table in metadata.sorted_tables:
        assert await digest(before, table) == await digest(database, table), table.name
    await before.close()
    assert await recalled(database) == lines and await held(database) == [BERLIN]
    await take(database, offer(BERLIN))
    assert len(await facts(database)) == 2, "found again is not kept twice"
    await say(database, TOKYO, id=9, minutes=4 * DAY, by="noa")
    assert await take(database, offer(TOKYO), text="Tokyo") == {"kept": 1}
    assert await held(database) == [TOKYO]
    async with database.write() as connection:
        await rollback(connection, "facts@1", now=utc_now())
    assert await facts(database) == []
    await database.close()


def test_facts_of_a_model_are_backed_up_and_restored(database_url: str, tmp_path: Path) -> None:
    lines = wait(filled(database_url))
    home, file, new = make_installation(tmp_path / "home").home, tmp_path / "all.backup", tmp_path / "new"
    settings = home / "forgecrew.toml"
    settings.write_text(f'[database]\nurl = "{database_url}"\n' + (settings.read_text() if settings.exists() else ""))
    kept = run("backup", str(file), "--home", str(home))
    new.mkdir()
    (new / "forgecrew.toml").write_text('[forge]\nurl = "http://127.0.0.1:9"\n')
    assert run("restore", str(file), "--home", str(new))["rows"] == kept["rows"]
    wait(restored(database_url, f"sqlite:///{new / 'forgecrew.sqlite'}", lines))


def wait(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)


def run(*arguments: str) -> dict[str, Any]:
    done = CliRunner().invoke(build(), [*arguments, "--json"])
    assert done.exit_code == 0, (done.output, done.exception)
    return json.loads(done.stdout)
