"""Backup and restore: one SQLite file that holds every table and the files of settings, whatever database is in use."""

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from forgecrew import __version__
from forgecrew.app.copy_database import must_rest
from forgecrew.app.load_settings import FILE_NAME, load_settings
from forgecrew.core.errors import ConfigError
from forgecrew.core.moment import utc_now
from forgecrew.store.copying import Tell, copy_tables, rows_of
from forgecrew.store.database import Database
from forgecrew.store.migrate import upgrade

ABOUT = "CREATE TABLE forgecrew_backup (path TEXT PRIMARY KEY, content BLOB NOT NULL)"
"""Files of the home folder by their path in it; `about` tells the version that made the backup, and when."""
SECRETS = "secrets"


async def backup(home: Path, file: Path, *, with_secrets: bool, tell: Tell) -> dict[str, Any]:
    """Write the backup; processes may go on meanwhile on SQLite. Raises ConfigError when the file exists."""
    settings = load_settings(home)
    if file.exists():
        raise ConfigError(f"{file} exists already; name a new file, nothing was written")
    await upgrade(settings.database_url)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        if settings.database_url.startswith("sqlite"):
            _online(Path(sa.make_url(settings.database_url).database or ""), part)
        else:
            await upgrade(f"sqlite:///{part}")
            await _between(settings.database_url, f"sqlite:///{part}", tell)
        files = [home / FILE_NAME, *sorted((home / "roles").rglob("*.toml"))]
        files += sorted((home / SECRETS).rglob("*.toml")) if with_secrets else []
        kept = {str(one.relative_to(home)): one.read_bytes() for one in files if one.is_file()}
        rows = await _finish(part, kept)
        part.rename(file)
    finally:
        for left in (part, *file.parent.glob(f"{part.name}-*")):
            left.unlink(missing_ok=True)
    return {"file": str(file), "bytes": file.stat().st_size, "rows": rows, "files": sorted(kept), "secrets": with_secrets}


async def restore(home: Path, file: Path, *, tell: Tell) -> dict[str, Any]:
    """Bring a backup into an installation whose database is empty; files of settings that exist are left as they are.

    Raises ConfigError when the file is no backup, or of a newer version, or the database holds rows.
    """
    if not file.is_file():
        raise ConfigError(f"{file} does not exist")
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".forgecrew-restore-") as folder:
        copy = Path(folder) / "backup.sqlite"
        _online(file, copy)
        kept = _kept_files(file, copy)
        await upgrade(f"sqlite:///{copy}")
        written, left = _put_files(home, kept)
        url = load_settings(home).database_url
        await upgrade(url)
        target = Database(url, pool_size=2)
        try:
            await must_rest(target)
            if await rows_of(target):
                raise ConfigError(
                    "the database of this installation holds rows: restore into an empty one (move the file away, or set "
                    "database.url to another). Nothing was changed in it"
                )
        finally:
            await target.close()
        copied = await _between(f"sqlite:///{copy}", url, tell)
    return {"rows": sum(copied.values()), "tables": copied, "files": written, "left": left}


def _online(source: Path, target: Path) -> None:
    """SQLite's own copy of a database that may be in use."""
    try:
        reading = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
        with closing(reading) as one, closing(sqlite3.connect(target)) as other:
            one.backup(other, pages=2_000)
    except sqlite3.DatabaseError as error:
        raise ConfigError(f"{source} cannot be read as a database: {error}") from None


async def _between(source_url: str, target_url: str, tell: Tell) -> dict[str, int]:
    source, target = Database(source_url, pool_size=2), Database(target_url, pool_size=2)
    try:
        return await copy_tables(source, target, tell)
    finally:
        await source.close()
        await target.close()


async def _finish(part: Path, kept: dict[str, bytes]) -> int:
    database = Database(f"sqlite:///{part}", pool_size=1)
    try:
        rows = await rows_of(database)
    finally:
        await database.close()
    with closing(sqlite3.connect(part)) as connection, connection:
        connection.execute(ABOUT)
        about = f"forgecrew {__version__}, {utc_now().isoformat(timespec='seconds')}".encode()
        connection.executemany("INSERT INTO forgecrew_backup VALUES (?, ?)", [("about", about), *kept.items()])
    with closing(sqlite3.connect(part, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    return rows


def _kept_files(file: Path, copy: Path) -> dict[str, bytes]:
    """Takes them out of the copy."""
    with closing(sqlite3.connect(copy)) as connection, connection:
        try:
            found = dict(connection.execute("SELECT path, content FROM forgecrew_backup"))
        except sqlite3.DatabaseError:
            raise ConfigError(f"{file} is no backup of forgecrew; `forgecrew backup FILE` writes them") from None
        connection.execute("DROP TABLE forgecrew_backup")
    found.pop("about", None)
    return found


def _put_files(home: Path, kept: dict[str, bytes]) -> tuple[list[str], list[str]]:
    """Write those that are not there; (written, left)."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    written: list[str] = []
    for path, content in kept.items():
        place = (home / path).resolve()
        if not place.is_relative_to(home.resolve()):
            raise ConfigError(f"the backup names a file outside of the installation ({path}): it was not written by forgecrew")
        if place.exists():
            continue
        secret = path.startswith(f"{SECRETS}/")
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600 if secret else 0o644), "wb") as opened:
            opened.write(content)
        written.append(path)
    return written, [path for path in kept if path not in written]
