"""What every forge must do with pull requests, files and git over HTTP."""

import pytest

from forgecrew.core.errors import NotFound, RefusedError
from forgecrew.core.review import InlineComment
from tests.forges import Team

FIXED = {"sums/add.py": "def add(a, b):\n    return a + b\n", "tests/test_add.py": "assert True\n"}


async def test_pull_request_from_branch_to_review(team: Team) -> None:
    sha = await team.forge.push(team.agent, team.repo, "agents/fix-1", FIXED)
    assert await team.as_agent.pulls.find_pull(team.repo, head="agents/fix-1", base="main") is None
    made = await team.as_agent.pulls.open_pull(team.repo, head="agents/fix-1", base="main", title="WIP: fix", body="Closes #1")
    assert (made.head, made.base, made.head_sha, made.state, made.author) == (
        "agents/fix-1", "main", sha, "open", team.agent.login,
    )  # fmt: skip
    assert made.draft and not made.merged
    found = await team.as_agent.pulls.find_pull(team.repo, head="agents/fix-1", base="main")
    assert found is not None and found.number == made.number
    with pytest.raises(RefusedError, match="409"):
        await team.as_agent.pulls.open_pull(team.repo, head="agents/fix-1", base="main", title="again", body="")
    ready = await team.as_agent.pulls.edit_pull(team.repo, made.number, title="Fix the sum")
    assert not ready.draft and ready.body == "Closes #1"
    diff = await team.as_agent.pulls.diff(team.repo, made.number)
    assert "-    return a - b" in diff and "+    return a + b" in diff
    files = {file.path: file for file in await team.as_agent.pulls.files(team.repo, made.number)}
    assert files["sums/add.py"].status in ("changed", "modified") and files["tests/test_add.py"].status == "added"
    assert (files["sums/add.py"].additions, files["sums/add.py"].deletions) == (1, 1)

    await team.as_agent.pulls.request_review(team.repo, made.number, [team.reviewer.login])
    asked = await team.as_agent.pulls.pull(team.repo, made.number)
    assert asked.requested_reviewers == (team.reviewer.login,)
    remark = InlineComment("sums/add.py", 2, "Say why.")
    review = await team.as_reviewer.pulls.review(
        team.repo, made.number, verdict="REQUEST_CHANGES", body="One thing.", commit_sha=sha, comments=[remark]
    )
    assert review.state == "REQUEST_CHANGES" and review.reviewer == team.reviewer.login
    seen = await team.as_agent.pulls.reviews(team.repo, made.number)
    assert [(r.id, r.state, r.body, r.commit_sha, r.comments) for r in seen] == [
        (review.id, "REQUEST_CHANGES", "One thing.", sha, (remark,))
    ]
    moved = await team.forge.push(team.agent, team.repo, "agents/fix-1", {"sums/add.py": "def add(a, b):\n    return b + a\n"})
    assert (await team.as_agent.pulls.pull(team.repo, made.number)).head_sha == moved
    assert await team.as_agent.repositories.branch_sha(team.repo, "agents/fix-1") == moved


async def test_nobody_approves_an_own_pull_request(team: Team) -> None:
    sha = await team.forge.push(team.agent, team.repo, "own", FIXED)
    made = await team.as_agent.pulls.open_pull(team.repo, head="own", base="main", title="t", body="b")
    with pytest.raises(RefusedError, match="422"):
        await team.as_agent.pulls.review(team.repo, made.number, verdict="APPROVED", body="fine", commit_sha=sha)


async def test_pull_request_that_is_not_there(team: Team) -> None:
    with pytest.raises(NotFound):
        await team.as_agent.pulls.pull(team.repo, 77)
