"""What every forge must do with issues, comments, labels and searching."""

from datetime import UTC, datetime, timedelta

import pytest

from forgecrew.core.errors import NotFound, RefusedError
from tests.forges import Team


async def test_issue_as_it_was_written(team: Team) -> None:
    made = await team.as_owner.issues.create_issue(
        team.repo, "Sums – wrong", "line 1\nline 2 ✓\n", assignees=[team.agent.login]
    )
    shown = await team.as_agent.issues.issue(team.repo, made.number)
    assert shown == made
    assert (shown.repo, shown.title, shown.body, shown.state) == (team.repo, "Sums – wrong", "line 1\nline 2 ✓\n", "open")
    assert (shown.author, shown.assignees, shown.labels, shown.is_pull) == (team.owner.login, (team.agent.login,), (), False)
    assert shown.html_url == f"{team.forge.url}/{team.repo}/issues/{made.number}"
    assert shown.updated_at and abs(datetime.now(UTC) - shown.updated_at) < timedelta(minutes=5)


async def test_issue_without_assignee_or_body(team: Team) -> None:
    made = await team.as_stranger.issues.create_issue(team.repo, "t", "")
    assert (made.assignees, made.body, made.author) == ((), "", team.stranger.login)


async def test_issue_that_is_not_there(team: Team) -> None:
    with pytest.raises(NotFound, match="issues/77"):
        await team.as_agent.issues.issue(team.repo, 77)
    with pytest.raises(NotFound):
        await team.as_agent.issues.comment(team.repo, 77, "hello")


async def test_comments_oldest_first(team: Team) -> None:
    issue = await team.as_owner.issues.create_issue(team.repo, "t", "b")
    assert await team.as_agent.issues.comments(team.repo, issue.number) == []
    first = await team.as_agent.issues.comment(team.repo, issue.number, "<!-- forgecrew:status:1 -->\nWorking …")
    second = await team.as_owner.issues.comment(team.repo, issue.number, "Fine.")
    edited = await team.as_agent.issues.edit_comment(team.repo, first.id, "<!-- forgecrew:status:1 -->\nDone.")
    assert edited.id == first.id
    seen = await team.as_stranger.issues.comments(team.repo, issue.number)
    assert [(c.id, c.author, c.body) for c in seen] == [
        (first.id, team.agent.login, "<!-- forgecrew:status:1 -->\nDone."),
        (second.id, team.owner.login, "Fine."),
    ]


async def test_more_comments_than_a_page_holds(team: Team) -> None:
    issue = await team.as_owner.issues.create_issue(team.repo, "t", "b")
    for number in range(55):
        await team.as_agent.issues.comment(team.repo, issue.number, f"comment {number}")
    assert [c.body for c in await team.as_agent.issues.comments(team.repo, issue.number)] == [f"comment {n}" for n in range(55)]


async def test_strangers_do_not_edit_comments_of_others(team: Team) -> None:
    issue = await team.as_owner.issues.create_issue(team.repo, "t", "b")
    made = await team.as_agent.issues.comment(team.repo, issue.number, "mine")
    with pytest.raises(RefusedError):
        await team.as_stranger.issues.edit_comment(team.repo, made.id, "yours")
    with pytest.raises(NotFound):
        await team.as_agent.issues.edit_comment(team.repo, 999_999, "nobody's")


async def test_reacting_twice_is_reacting_once(team: Team) -> None:
    issue = await team.as_owner.issues.create_issue(team.repo, "t", "b")
    assert await team.as_agent.issues.reactions(team.repo, issue.number) == []
    for _ in range(2):
        await team.as_agent.issues.react(team.repo, issue.number, "eyes")
    found = await team.as_owner.issues.reactions(team.repo, issue.number)
    assert [(r.user, r.content) for r in found] == [(team.agent.login, "eyes")]
    with pytest.raises(RefusedError):
        await team.as_agent.issues.react(team.repo, issue.number, "shrug")


async def test_labels_by_name(team: Team) -> None:
    for _ in range(2):
        await team.as_owner.repositories.create_label(team.repo, "bug", "#ee0701", "Something is wrong")
    await team.as_owner.repositories.create_label(team.repo, "kind/docs", "0075ca", "")
    offered = await team.as_agent.issues.labels(team.repo)
    assert sorted((label.name, label.color, label.description) for label in offered) == [
        ("bug", "#ee0701", "Something is wrong"), ("kind/docs", "#0075ca", ""),
    ]  # fmt: skip
    issue = await team.as_owner.issues.create_issue(team.repo, "t", "b")
    await team.as_agent.issues.add_labels(team.repo, issue.number, ["bug"])
    await team.as_agent.issues.add_labels(team.repo, issue.number, ["bug", "kind/docs"])
    assert sorted((await team.as_agent.issues.issue(team.repo, issue.number)).labels) == ["bug", "kind/docs"]
    with pytest.raises(RefusedError, match="no label nonsense; it offers: bug, kind/docs"):
        await team.as_agent.issues.add_labels(team.repo, issue.number, ["nonsense"])
    with pytest.raises(RefusedError):
        await team.as_stranger.issues.add_labels(team.repo, issue.number, ["bug"])


async def test_search_tells_what_concerns_an_account(team: Team) -> None:
    agent = team.as_agent.issues
    assigned = await team.as_owner.issues.create_issue(team.repo, "one", "b", assignees=[team.agent.login])
    mentioned = await team.as_owner.issues.create_issue(team.repo, "two", f"@{team.agent.login} please")
    other = await team.as_owner.issues.create_issue(team.repo, "three", "b")

    def here(found: list) -> set[int]:
        return {issue.number for issue in found if issue.repo == team.repo}

    assert here(await agent.search(filter="assigned")) == {assigned.number}
    assert here(await agent.search(filter="mentioned")) == {mentioned.number}
    assert here(await agent.search(filter="all")) == {assigned.number, mentioned.number, other.number}
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert here(await agent.search(filter="all", since=tomorrow)) == set()
    assert here(await agent.search(filter="assigned", since=datetime.now(UTC) - timedelta(hours=1))) == {assigned.number}


async def test_search_for_asked_reviews(team: Team) -> None:
    sha = await team.forge.push(team.agent, team.repo, "fix", {"x.txt": "1\n"})
    pull = await team.as_agent.pulls.open_pull(team.repo, head="fix", base="main", title="t", body="b")
    await team.as_agent.pulls.request_review(team.repo, pull.number, [team.reviewer.login])

    async def asked() -> list[tuple[int, bool]]:
        found = await team.as_reviewer.issues.search(filter="review_requested")
        return [(issue.number, issue.is_pull) for issue in found if issue.repo == team.repo]

    assert await asked() == [(pull.number, True)]
    await team.as_reviewer.pulls.review(team.repo, pull.number, verdict="COMMENT", body="hm", commit_sha=sha)
    assert await asked() == []
    await team.as_agent.pulls.request_review(team.repo, pull.number, [team.reviewer.login])
    assert await asked() == [(pull.number, True)]


async def test_search_over_several_pages(team: Team) -> None:
    for number in range(53):
        await team.as_owner.issues.create_issue(team.repo, f"issue {number}", "")
    found = await team.as_agent.issues.search(filter="all")
    assert {issue.number for issue in found if issue.repo == team.repo} == set(range(1, 54))
