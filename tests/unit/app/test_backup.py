"""Copying between databases, backups and restores, on both kinds of databases."""

import json
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from forgecrew.cli.main import build
from forgecrew.core.errors import ConfigError
from forgecrew.core.moment import utc_now
from forgecrew.core.scope import Scope
from forgecrew.memory.search_text import search_text
from forgecrew.memory.vectors.halves import to_bytes
from forgecrew.store import copying
from forgecrew.store.copying import copy_tables, digest, rows_of
from forgecrew.store.database import Database
from forgecrew.store.migrate import upgrade
from forgecrew.store.queries import blobs, vectors, workers
from forgecrew.store.tables import metadata
from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.event import event
from tests.houses import make_installation
from tests.unit.memory.telling import remember, told
from tests.unit.memory.vectors.held import unit_rows


async def filled(url: str) -> None:
    await upgrade(url)
    database = Database(url)
    bodies = [{"id": at, "body": f"zebra {at}, ätsch"} for at in range(1, 6)]
    comments = [told("issue.commented", comment=body) for body in bodies]
    await remember(database, comments)
    async with database.write() as connection:
        await blobs.keep(connection, bytes(range(256)) * 40)
        hashes = (await connection.execute(sa.select(chunk.c.text_hash).distinct())).scalars().all()
        kept = to_bytes(unit_rows(len(hashes)))
        await vectors.keep(connection, "tiny", [(one, 48, *both) for one, both in zip(hashes, kept, strict=True)])
    await database.close()


async def same(one: str, other: str) -> None:
    first, second = Database(one), Database(other)
    for table in metadata.sorted_tables:
        assert await digest(first, table) == await digest(second, table), table.name
    async with second.read() as connection:
        assert await search_text(connection, Scope(), "zebra"), "full text came along"
    async with second.write() as connection:
        added = await connection.execute(sa.insert(chunk).returning(chunk.c.id), {
            "event_id": "e", "entity_id": 1, "repo": "r", "readers": "public", "integrity": 1, "provenance": "said",
            "kind": "x", "source_key": "new", "version": "v", "seq": 0, "live": True, "thread_key": "", "author": "",
            "at": utc_now(),
            "told_at": utc_now(), "text": "", "identifiers": "", "text_hash": "", "tokens": 0,
        })  # fmt: skip
        assert added.scalar_one() > 5, "numbers go on"
    await first.close()
    await second.close()


def home_with(tmp_path: Path, url: str) -> Path:
    made = make_installation(tmp_path / "home")
    file = made.home / "forgecrew.toml"
    file.write_text(f'[database]\nurl = "{url}"\n' + (file.read_text() if file.exists() else ""))
    return made.home


async def test_all_tables_go_to_the_other_kind_and_back(database_url: str, tmp_path: Path) -> None:
    beside = f"sqlite:///{tmp_path / 'beside.sqlite'}"
    await filled(beside)
    await upgrade(database_url)
    source, target = Database(beside), Database(database_url)
    seen: list[str] = []
    copied = await copy_tables(source, target, lambda name, rows: seen.append(name))
    assert copied["chunk"] == copied["text_vector"] >= 5 and "event" in seen
    back = f"sqlite:///{tmp_path / 'back.sqlite'}"
    await upgrade(back)
    last = Database(back)
    await copy_tables(target, last)
    for one in (source, target, last):
        await one.close()
    await same(beside, back)
    await same(beside, database_url)


async def test_a_copy_that_was_cut_off_goes_on(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "ROWS", 2)
    beside = f"sqlite:///{tmp_path / 'beside.sqlite'}"
    await filled(beside)
    await upgrade(database_url)
    source, target = Database(beside), Database(database_url)

    def cut(name: str, rows: int) -> None:
        if name == "event" and rows > 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await copy_tables(source, target, cut)
    assert 0 < await rows_of(target, ["event"]) < await rows_of(source, ["event"])
    await copy_tables(source, target)
    await source.close()
    await target.close()
    await same(beside, database_url)


async def test_rows_of_its_own_are_noticed(sqlite_database: Database, tmp_path: Path) -> None:
    beside = f"sqlite:///{tmp_path / 'beside.sqlite'}"
    await filled(beside)
    source = Database(beside)
    await copy_tables(source, sqlite_database)
    async with sqlite_database.write() as connection:
        await connection.execute(sa.update(event).values(actor="somebody"))
    with pytest.raises(ConfigError, match="the table event is not the same in both"):
        await copy_tables(source, sqlite_database)
    await source.close()


def run(*arguments: str) -> str:
    done = CliRunner().invoke(build(), [*arguments])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def wait(coroutine: object) -> None:
    import asyncio

    asyncio.run(coroutine)  # type: ignore[arg-type]


def test_a_backup_restores_elsewhere(database_url: str, tmp_path: Path) -> None:
    wait(filled(database_url))
    home, file = home_with(tmp_path, database_url), tmp_path / "kept" / "all.backup"
    done = json.loads(run("backup", str(file), "--home", str(home), "--json"))
    assert done["files"] == ["forgecrew.toml"] and not done["secrets"] and file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    assert b"webhook-secret" not in file.read_bytes()
    with pytest.raises(ConfigError, match="exists already"):
        run("backup", str(file), "--home", str(home))
    with pytest.raises(ConfigError, match="holds rows"):
        run("restore", str(file), "--home", str(home))
    new = tmp_path / "new"
    new.mkdir()
    (new / "forgecrew.toml").write_text('[forge]\nurl = "http://127.0.0.1:9"\n')
    told_of = json.loads(run("restore", str(file), "--home", str(new), "--json"))
    assert told_of["rows"] == done["rows"] and told_of["left"] == ["forgecrew.toml"]
    wait(same(database_url, f"sqlite:///{new / 'forgecrew.sqlite'}"))


def test_secrets_only_when_asked(tmp_path: Path) -> None:
    home, file = make_installation(tmp_path / "home").home, tmp_path / "all.backup"
    done = json.loads(run("backup", str(file), "--with-secrets", "--home", str(home), "--json"))
    assert any(one.startswith("secrets/") for one in done["files"])
    new = tmp_path / "new"
    run("restore", str(file), "--home", str(new))
    for one in done["files"]:
        assert (new / one).read_bytes() == (home / one).read_bytes()
        assert not one.startswith("secrets/") or (new / one).stat().st_mode & 0o077 == 0


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    home = make_installation(tmp_path / "home").home
    (tmp_path / "text").write_text("no database at all, only words " * 50)
    sqlite3.connect(tmp_path / "other.sqlite").execute("CREATE TABLE x (y)").connection.close()
    for name, why in (("text", "cannot be read"), ("other.sqlite", "no backup of forgecrew"), ("none", "does not exist")):
        with pytest.raises(ConfigError, match=why):
            run("restore", str(tmp_path / name), "--home", str(home))


def test_copying_by_the_command(database_url: str, tmp_path: Path) -> None:
    beside = f"sqlite:///{tmp_path / 'beside.sqlite'}"
    wait(filled(beside))
    home = home_with(tmp_path, beside)
    with pytest.raises(ConfigError, match="in use already"):
        run("database", "copy", "--to", beside, "--home", str(home))
    assert "found equal" in run("database", "copy", "--to", database_url, "--home", str(home))
    with pytest.raises(ConfigError, match="--go-on"):
        run("database", "copy", "--to", database_url, "--home", str(home))
    assert "found equal" in run("database", "copy", "--to", database_url, "--go-on", "--home", str(home))
    wait(same(beside, database_url))


async def test_nothing_is_copied_while_a_worker_lives(tmp_path: Path) -> None:
    from forgecrew.app.copy_database import copy_database

    beside = f"sqlite:///{tmp_path / 'beside.sqlite'}"
    await filled(beside)
    home = home_with(tmp_path, beside)
    database = Database(beside)
    async with database.write() as connection:
        await workers.join(connection, "w1", kind="work", host="h", pid=1, now=utc_now(), lease_seconds=60)
    await database.close()
    with pytest.raises(ConfigError, match=r"is running \(w1\)"):
        await copy_database(home, to=f"sqlite:///{tmp_path / 'to.sqlite'}", go_on=False, tell=lambda name, rows: None)
