from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from forgecrew.kernel.effects.executor import Executor
from forgecrew.store.database import Database
from tests.forges import Team
from tests.unit.kernel.effects.house import KINDS, PACE, House, hands


@pytest.fixture
async def house(team: Team, sqlite_database: Database, tmp_path: Path) -> AsyncIterator[House]:
    tokens = {who.login: who.token for who in (team.agent, team.reviewer)}
    given = hands(team.forge.url, tokens, tmp_path / "clones")
    executor = Executor("e1", sqlite_database, KINDS, given, PACE)
    issue = await team.as_owner.issues.create_issue(team.repo, "A cent is lost", "Where is it?")
    yield House(team, sqlite_database, given, executor, issue.number, tmp_path)
    await given.close()
