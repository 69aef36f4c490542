"""Polling a real forge that tells nothing by webhook."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from forgecrew.app.free_port import free_port
from forgecrew.core.moment import utc_now
from forgecrew.core.subject import Subject
from forgecrew.core.task import Task
from forgecrew.integrations.gitea.forge import connect
from forgecrew.kernel.dispatch import Dispatcher
from forgecrew.kernel.inbox import Inbox
from forgecrew.kernel.poll_account import AccountPoll
from forgecrew.kernel.reconcile import Reconciler
from forgecrew.store.database import Database
from forgecrew.store.queries import task_lists
from forgecrew.store.tables import task as task_table
from tests.forges import Team
from tests.unit.kernel.crew import CODER, REVIEWER, TRIAGER

FIXED = {"sums/add.py": "def add(a, b):\n    return a + b\n"}


@dataclass
class Polling:
    """A crew on a real forge: coder is the team's agent, reviewer its reviewer, and the owner's account triages."""

    team: Team
    database: Database
    ahead: timedelta = timedelta(seconds=-1)
    """How far the crew's time is ahead of the machine's."""

    def __post_init__(self) -> None:
        team = self.team
        self.crew = [replace(CODER, account=team.agent.login), replace(REVIEWER, account=team.reviewer.login),
                     replace(TRIAGER, account=team.owner.login)]  # fmt: skip
        forges = [team.as_agent, team.as_reviewer, team.as_owner]
        logins = [role.account for role in self.crew]
        accounts = [
            AccountPoll(role, forge, source="gitea", crew=logins, repos=[str(team.repo)])
            for role, forge in zip(self.crew, forges, strict=True)
        ]
        self.inbox = Inbox(self.database)
        self.reconciler = Reconciler(self.database, accounts, self.inbox.accept, now=lambda: utc_now() + self.ahead)
        self.dispatcher = Dispatcher(self.database, self.crew, self.inbox.arrived)

    async def look(self) -> int:
        """Poll once and dispatch what was found."""
        found = await self.reconciler.look()
        await self.dispatcher.dispatch()
        return found

    async def tasks(self) -> list[str]:
        """Tasks in short, newest first."""
        async with self.database.read() as connection:
            return [f"{task.role} {task.subject.number} {task.state.value}" for task in await task_lists.recent(connection)]

    async def set_tasks(self, **values: object) -> None:
        """Change all tasks of the coder."""
        table = task_table.task
        async with self.database.write() as connection:
            await connection.execute(sa.update(table).where(table.c.role == "coder").values(**values))

    async def newest(self, subject: Subject) -> Task:
        """The newest task about a subject."""
        async with self.database.read() as connection:
            return (await task_lists.concerning(connection, subject))[0][0]


@pytest.fixture
async def polling(team: Team, sqlite_database: Database) -> AsyncIterator[Polling]:
    yield Polling(team, sqlite_database)


async def test_what_is_asked_becomes_a_task_once(polling: Polling) -> None:
    team = polling.team
    issue = await team.as_owner.issues.create_issue(team.repo, "A cent is lost", "", assignees=[team.agent.login])
    head = await team.forge.push(team.owner, team.repo, "topic", FIXED)
    pull = await team.as_owner.pulls.open_pull(team.repo, head="topic", base="main", title="Mend", body="")
    await team.as_owner.pulls.request_review(team.repo, pull.number, [team.reviewer.login])
    assert await polling.look() == 2
    expected = [f"reviewer {pull.number} queued", f"coder {issue.number} queued"]
    assert await polling.tasks() == expected
    assert (await polling.newest(issue.subject)).title == "A cent is lost"
    assert await polling.look() == 0
    await polling.set_tasks(state="ended", outcome="changed")
    assert await polling.look() == 0

    review = await team.as_reviewer.pulls.review(team.repo, pull.number, verdict="COMMENT", body="ok", commit_sha=head)
    assert review
    await polling.look()
    assert len(await polling.tasks()) == 2


async def test_answers_reviews_and_endings_are_found(polling: Polling) -> None:
    team = polling.team
    issue = await team.as_owner.issues.create_issue(team.repo, "A cent is lost", "", assignees=[team.agent.login])
    await team.as_stranger.issues.comment(team.repo, issue.number, "said before")
    await polling.look()

    await polling.set_tasks(state="ended", outcome="asked", asked_by=team.stranger.login)
    await team.as_stranger.issues.comment(team.repo, issue.number, "Here is the answer.")
    await polling.look()
    assert await polling.tasks() == [f"coder {issue.number} queued"]
    await polling.set_tasks(state="waiting")
    assert await polling.look() == 0

    head = await team.forge.push(team.agent, team.repo, "casey/1", FIXED)
    pull = await team.as_agent.pulls.open_pull(team.repo, head="casey/1", base="main", title="WIP: Mend", body="")
    await polling.set_tasks(state="waiting", pull_number=pull.number)
    for verdict, found in (("REQUEST_CHANGES", 1), ("APPROVED", 1), ("APPROVED", 1)):
        await team.as_owner.pulls.review(team.repo, pull.number, verdict=verdict, body="One thing.", commit_sha=head)  # type: ignore[arg-type]
        assert await polling.look() == found
        assert await polling.tasks() == [f"coder {issue.number} queued"]
        await polling.set_tasks(state="waiting")
        assert await polling.look() == 0
    await team.as_agent.pulls.edit_pull(team.repo, pull.number, title="Mend")
    await team.forge._post(team.owner, f"/repos/{team.repo}/pulls/{pull.number}/merge", {"Do": "merge", "do": "merge"})
    assert await polling.look() == 1
    assert await polling.tasks() == [f"coder {issue.number} queued"]


async def test_new_issues_are_found_but_old_ones_are_no_news(polling: Polling) -> None:
    team = polling.team
    await team.as_owner.issues.create_issue(team.repo, "Old", "")
    assert await polling.look() == 0
    new = await team.as_stranger.issues.create_issue(team.repo, "New", "")
    assert await polling.look() == 1
    assert await polling.tasks() == [f"triager {new.number} queued"]
    assert await polling.look() == 0


async def test_a_forge_that_is_down_is_told_once(sqlite_database: Database, caplog: pytest.LogCaptureFixture) -> None:
    forge = connect(f"http://127.0.0.1:{free_port()}", "token")
    account = AccountPoll(CODER, forge, source="gitea", crew=["casey"])
    reconciler = Reconciler(sqlite_database, [account], Inbox(sqlite_database).accept)
    with caplog.at_level(logging.INFO):
        assert [await reconciler.look() for _ in range(2)] == [0, 0]
    assert len([record for record in caplog.records if "polling as casey does not work" in record.message]) == 1
    await forge.close()
