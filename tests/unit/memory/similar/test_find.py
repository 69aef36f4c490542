"""Earlier threads about the same thing: only older ones, only what may be read, with reasons."""

import pytest

from forgecrew.core.errors import NotFound
from forgecrew.core.event import Event
from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef
from forgecrew.memory.similar.find import similar
from forgecrew.store.database import Database
from tests.unit.memory.telling import ALL, REPO, remember, told

CRASH = """The import stops after the last row.

```
Traceback (most recent call last):
  File "src/parser.py", line 12, in read_rows
  File "src/ledger.py", line 40, in close_ledger
LedgerError: unbalanced
```
"""
TITLES = [
    "Add a dark theme", "Export to spreadsheets", "Dates are read as text", "Slow start with many rules",
    "Rounding of half cents", "Translate the manual", "Shortcut for a new entry", "Print preview is empty",
]  # fmt: skip


def _opened(number: int, title: str, body: str, **more: str) -> Event:
    return told("issue.opened", number=number, minutes=number, title=title, author="mia", body=body, state="open", **more)  # type: ignore[arg-type]


def _all() -> list[Event]:
    others = [
        _opened(number, title, f"{title}, please. It would help with the tally.") for number, title in enumerate(TITLES, 1)
    ]
    return [
        *others, _opened(20, "Ledger unbalanced after the import of the last row", CRASH),
        _opened(30, "Import of the last row ends with an unbalanced ledger", f"I see this since today.\n\n{CRASH}"),
        _opened(40, "Unbalanced ledger after import of the last row, again", CRASH),
        told("issue.opened", number=5, minutes=1, repo=RepoRef("acme", "secret"), readers="repo:acme/secret",
             title="Ledger unbalanced after import", author="noa", body=CRASH, state="open"),
    ]  # fmt: skip


async def test_the_older_twin_comes_first_with_what_both_hold(database: Database) -> None:
    await remember(database, _all())
    async with database.read() as connection:
        found = await similar(connection, Scope(), REPO, 30)
        assert found[0].key == "acme/tally#20"
        assert found[0].likely
        assert found[0].likelihood > max((one.likelihood for one in found[1:]), default=0)
        assert found[0].reasons[:3] == [
            "same stack frames: read_rows, close_ledger", "same error: LedgerError", "same files: src/parser.py, src/ledger.py",
        ]  # fmt: skip
        assert "acme/tally#40" not in {one.key for one in found}, "only older ones"
        assert "acme/secret#5" not in {one.key for one in found}
        seen = await similar(connection, ALL, REPO, 30)
        assert "acme/secret#5" in {one.key for one in seen}, "whose scope holds it sees it"


async def test_what_has_no_twin_and_what_is_not_known(database: Database) -> None:
    await remember(database, _all())
    async with database.read() as connection:
        assert [one for one in await similar(connection, Scope(), REPO, 8) if one.likely] == []
        assert await similar(connection, Scope(), REPO, 1) == [], "nothing is older"
        with pytest.raises(NotFound, match="holds no text"):
            await similar(connection, Scope(), REPO, 999)
        with pytest.raises(NotFound):
            await similar(connection, Scope(), RepoRef("acme", "secret"), 5)
