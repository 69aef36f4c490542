"""Real databases for tests: a SQLite file, and a PostgreSQL server where its programs are installed."""

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from glob import glob
from pathlib import Path

import pytest
import sqlalchemy as sa

from forgecrew.app.free_port import free_port
from forgecrew.store.database import Database
from forgecrew.store.database_url import sync_url
from forgecrew.store.tables import metadata


def _program(name: str) -> str | None:
    return next(iter(sorted(glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)), None) or shutil.which(name)


def _user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.getuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of an empty database on a server of our own."""
    if given := os.environ.get("FORGECREW_TEST_POSTGRES"):
        yield given
        return
    server, initdb = _program("postgres"), _program("initdb")
    if not (server and initdb):
        pytest.skip("no PostgreSQL here: install it or set FORGECREW_TEST_POSTGRES")
    folder, user, port = Path(f"/tmp/forgecrew-postgres-{os.getpid()}"), _user(), free_port()
    folder.mkdir(mode=0o700)
    who: dict[str, object] = {}
    if user is not None:
        account = pwd.getpwnam(user)
        os.chown(folder, account.pw_uid, account.pw_gid)
        who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    data = folder / "data"
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    subprocess.run(
        [initdb, "-D", data, "-U", "forgecrew", "-A", "trust", "--no-sync", "-E", "UTF8"],
        check=True, capture_output=True, cwd=folder, env=environment, **who,
    )  # fmt: skip
    options = {
        "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder, "fsync": "off",
        "max_connections": 100, "shared_buffers": "16MB",
    }  # fmt: skip
    arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([server, "-D", data, *arguments], stderr=log, stdout=log, cwd=folder, env=environment, **who)
    url = f"postgresql://forgecrew@127.0.0.1:{port}/postgres"
    try:
        _wait_for(url, process)
        yield url
    finally:
        process.send_signal(2)
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    engine = sa.create_engine(sync_url(url), poolclass=sa.NullPool)
    for _ in range(300):
        try:
            with engine.connect():
                return
        except sa.exc.OperationalError:
            assert process.poll() is None, "the PostgreSQL server stopped"
            time.sleep(0.1)
    raise AssertionError("the PostgreSQL server does not answer")


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'forgecrew.sqlite'}"
        return
    url: str = request.getfixturevalue("postgres_url")
    yield url
    engine = sa.create_engine(sync_url(url), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
        connection.execute(sa.text("DROP SCHEMA IF EXISTS dbos CASCADE"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database with all tables, once on SQLite and once on PostgreSQL."""
    async for made in _with_tables(database_url):
        yield made


@pytest.fixture
async def sqlite_database(tmp_path: Path) -> AsyncIterator[Database]:
    """A SQLite database with all tables, for tests in which the kind of database cannot matter."""
    async for made in _with_tables(f"sqlite:///{tmp_path / 'only.sqlite'}"):
        yield made


async def _with_tables(url: str) -> AsyncIterator[Database]:
    engine = sa.create_engine(sync_url(url), poolclass=sa.NullPool)
    metadata.create_all(engine)
    engine.dispose()
    made = Database(url)
    yield made
    await made.close()
