from pathlib import Path

import sqlalchemy as sa

from forgecrew.kernel.journal_database import journal_connections, journal_url


def test_a_sqlite_installation_has_a_file_of_its_own_for_the_journal() -> None:
    assert journal_url("sqlite:////home/x/forgecrew.sqlite") == "sqlite:////home/x/forgecrew-journal.sqlite"
    assert journal_url("sqlite+aiosqlite:///here.db/data") == "sqlite:///here.db/data-journal"


def test_postgresql_holds_both() -> None:
    assert journal_url("postgres://u:p%40@h:5432/crew") == "postgresql://u:p%40@h:5432/crew"
    assert journal_connections("postgresql://u@h/crew") is None


def test_sqlite_is_told_how_to_wait_and_to_write(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x-journal.sqlite'}"
    for full_sync, expected in ((False, 1), (True, 2)):
        engine = journal_connections(url, full_sync=full_sync)
        assert engine is not None
        with engine.connect() as connection:
            told = {
                name: connection.execute(sa.text(f"PRAGMA {name}")).scalar_one()
                for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
            }
        engine.dispose()
        assert told == {"journal_mode": "wal", "synchronous": expected, "busy_timeout": 30_000, "foreign_keys": 1}
