"""Real databases for tests: a SQLite file, and a PostgreSQL server where its programs are installed."""

import functools
import os
import pwd
import shutil
import subprocess
import tempfile
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
        KeptTables(given).forget()  # of a run that was killed
        yield given
        KeptTables(given).forget()
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
    """URL of a database without any table, or with all where the test asks for `database` too."""
    filled = "database" in request.fixturenames
    if request.param == "sqlite":
        file = tmp_path / "forgecrew.sqlite"
        if filled:
            file.write_bytes(file_with_tables())
        yield f"sqlite:///{file}"
        return
    url: str = request.getfixturevalue("postgres_url")
    tables = KeptTables(url)
    if filled:
        tables.take_out()
    yield url
    tables.put_away(filled)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database with all tables, once on SQLite and once on PostgreSQL."""
    made = Database(database_url)
    yield made
    await made.close()


@pytest.fixture
async def sqlite_database(tmp_path: Path) -> AsyncIterator[Database]:
    """A SQLite database with all tables, for tests in which the kind of database cannot matter."""
    made = Database(sqlite_with_tables(tmp_path / "only.sqlite"))
    yield made
    await made.close()


def sqlite_with_tables(file: Path) -> str:
    """Make a database with all tables; gives its URL."""
    file.write_bytes(file_with_tables())
    return f"sqlite:///{file}"


@functools.cache
def file_with_tables() -> bytes:
    """A SQLite file with all tables: making them waits for the disk a hundred times, copying them never does."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "all.sqlite"
        engine = sa.create_engine(f"sqlite:///{file}", poolclass=sa.NullPool)
        metadata.create_all(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        engine.dispose()
        return file.read_bytes()


class KeptTables:
    """All tables of a PostgreSQL database, made once: between tests they lie empty in a schema of their own."""

    def __init__(self, url: str) -> None:
        self._engine = sa.create_engine(sync_url(url), poolclass=sa.NullPool)

    def forget(self) -> None:
        """Leave nothing of them in a database that is not ours."""
        with self._engine.begin() as connection:
            connection.execute(sa.text("DROP SCHEMA IF EXISTS kept CASCADE"))

    def take_out(self) -> None:
        """Let them be the tables of the database."""
        with self._engine.begin() as connection:
            if sa.inspect(connection).has_schema("kept"):
                connection.execute(sa.text("DROP SCHEMA public CASCADE"))
                connection.execute(sa.text("ALTER SCHEMA kept RENAME TO public"))
            else:
                metadata.create_all(connection)
                connection.execute(sa.text(f"COMMENT ON SCHEMA public IS '{self._shape(connection)}'"))

    def put_away(self, filled: bool) -> None:
        """Empty them for the next test, or drop whatever a test has made that is something else."""
        with self._engine.begin() as connection:
            connection.execute(sa.text("DROP SCHEMA IF EXISTS dbos CASCADE"))
            shape = connection.execute(sa.text("SELECT obj_description('public'::regnamespace)")).scalar_one()
            if filled and shape == self._shape(connection):
                self._empty(connection)
                connection.execute(sa.text("ALTER SCHEMA public RENAME TO kept"))
            else:
                connection.execute(sa.text("DROP SCHEMA public CASCADE"))
            connection.execute(sa.text("CREATE SCHEMA public"))

    @staticmethod
    def _shape(connection: sa.Connection) -> str:
        """Equal as long as nobody makes, drops or changes a table, column, index or function."""
        asked = """
            SELECT md5(string_agg(what, ',' ORDER BY what)) FROM (
                SELECT c.relname || a.attname || a.atttypid AS what FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0
                UNION ALL SELECT proname || prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
                UNION ALL SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace
            ) AS all_of_it"""
        return str(connection.execute(sa.text(asked)).scalar_one())

    @staticmethod
    def _empty(connection: sa.Connection) -> None:
        names = sa.inspect(connection).get_table_names()
        asked = " UNION ALL ".join(f"SELECT '{name}' AS name WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names)
        full = [f'"{name}"' for name in connection.execute(sa.text(asked)).scalars()]
        if full:
            connection.execute(sa.text(f"TRUNCATE {', '.join(full)} CASCADE"))
        back = (
            "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
        )
        connection.execute(sa.text(back)).all()
