"""What every forge must do with statuses of commits."""

import pytest

from forgecrew.core.commit_status import CommitStatus
from forgecrew.core.errors import ForgeUnavailable, NotFound, RefusedError
from tests.forges import Team

PENDING = CommitStatus("forgecrew/preview", "pending", "is being started", "http://127.0.0.1:8430/apps/1/open")
OPEN = CommitStatus("forgecrew/preview", "success", "Open the preview", "http://127.0.0.1:8430/apps/1/open")
OTHER = CommitStatus("tests", "failure", "2 fail")


async def test_the_last_one_of_each_context_holds(team: Team) -> None:
    sha = await team.forge.push(team.agent, team.repo, "told", {"a.txt": "a\n"})
    statuses = team.as_agent.statuses
    assert await statuses.of(team.repo, sha) == []
    for status in (PENDING, OTHER, OPEN):
        await statuses.set(team.repo, sha, status)
    assert sorted(await statuses.of(team.repo, sha), key=lambda one: one.context) == [OPEN, OTHER]
    await statuses.set(team.repo, sha, CommitStatus("forgecrew/preview", "success", "The preview has ended"))
    (ended,) = [one for one in await team.as_owner.statuses.of(team.repo, sha) if one.context == "forgecrew/preview"]
    assert (ended.description, ended.target_url) == ("The preview has ended", "")


async def test_who_may_not_write_and_what_is_no_commit(team: Team) -> None:
    sha = await team.forge.push(team.agent, team.repo, "told", {"a.txt": "a\n"})
    stranger = team.forge.connect(team.stranger)
    with pytest.raises(RefusedError):
        await stranger.statuses.set(team.repo, sha, OPEN)
    await stranger.close()
    with pytest.raises((NotFound, ForgeUnavailable)):
        await team.as_agent.statuses.set(team.repo, "1234567890" * 4, OPEN)
