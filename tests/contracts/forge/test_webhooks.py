"""What every forge must tell by webhook, and what the event source makes of it."""

import json
from collections.abc import AsyncIterator

import pytest

from forgecrew.core.event import Event
from forgecrew.integrations.gitea.event_source import source
from tests.contracts.forge.webhook_listener import Got, Listener, listening
from tests.forges import Team

SECRET = "a webhook secret"
EVENTS = ("issues", "pull_request", "pull_request_review", "push")
FIXED = {"sums/add.py": "def add(a, b):\n    return a + b\n"}


@pytest.fixture
async def hooked(team: Team) -> AsyncIterator[Listener]:
    async with listening() as listener:
        hook = await team.as_owner.repositories.add_hook(team.repo, url=listener.url, secret=SECRET, events=EVENTS)
        assert hook.active and hook.url == listener.url
        yield listener


def read(got: Got) -> Event:
    event = parse(got)
    assert event is not None
    return event


def parse(got: Got) -> Event | None:
    assert source().verify(got.headers, got.body, SECRET)
    assert not source().verify(got.headers, got.body + b" ", SECRET)
    return source().parse(got.headers, got.body)


async def test_issue_that_is_opened_and_assigned(team: Team, hooked: Listener) -> None:
    issue = await team.as_owner.issues.create_issue(
        team.repo, "Sums are wrong", "add() subtracts", assignees=[team.agent.login]
    )
    opened = read(await hooked.word("issues", "opened"))
    assert (opened.source, opened.kind, opened.actor, opened.subject) == (
        "gitea", "issue.opened", team.owner.login, issue.subject,
    )  # fmt: skip
    assert opened.payload["title"] == "Sums are wrong" and opened.payload["body"] == "add() subtracts"
    assigned = read(await hooked.word("issue_assign", "assigned"))
    assert assigned.kind == "issue.assigned" and assigned.payload["assignees"] == [team.agent.login]
    assert opened.external_id != assigned.external_id


async def test_comment_on_an_issue(team: Team, hooked: Listener) -> None:
    issue = await team.as_owner.issues.create_issue(team.repo, "t", "b")
    made = await team.as_stranger.issues.comment(team.repo, issue.number, f"@{team.agent.login} look")
    event = read(await hooked.word("issue_comment", "created"))
    assert (event.kind, event.actor, event.subject) == ("issue.commented", team.stranger.login, issue.subject)
    assert event.payload["comment"] == {"id": made.id, "body": f"@{team.agent.login} look"}
    await team.as_stranger.issues.edit_comment(team.repo, made.id, "never mind")
    edited = read(await hooked.word("issue_comment", "edited"))
    assert (edited.kind, edited.payload["what"], edited.payload["comment"]["body"]) == ("other", "comment.edited", "never mind")


async def test_label_and_close(team: Team, hooked: Listener) -> None:
    await team.as_owner.repositories.create_label(team.repo, "bug", "#ee0701", "")
    issue = await team.as_owner.issues.create_issue(team.repo, "t", "b")
    await team.as_agent.issues.add_labels(team.repo, issue.number, ["bug"])
    event = read(await hooked.word("issue_label", "label_updated"))
    assert event.kind == "issue.labeled" and event.payload["labels"] == ["bug"]


async def test_pull_request_through_review(team: Team, hooked: Listener) -> None:
    sha = await team.forge.push(team.agent, team.repo, "agents/fix", FIXED)
    push = read(await hooked.push("agents/fix"))
    assert (push.kind, push.subject.key, push.payload["branch"], push.payload["head_sha"]) == (
        "push", str(team.repo), "agents/fix", sha,
    )  # fmt: skip
    pull = await team.as_agent.pulls.open_pull(team.repo, head="agents/fix", base="main", title="WIP: fix", body="b")
    opened = read(await hooked.word("pull_request", "opened"))
    assert (opened.kind, opened.subject, opened.payload["head_sha"]) == ("pull.opened", pull.subject, sha)
    await team.as_agent.pulls.request_review(team.repo, pull.number, [team.reviewer.login])
    asked = read(await hooked.word("pull_request_review_request", "review_requested"))
    assert asked.kind == "pull.review_requested" and asked.payload["requested_reviewers"] == [team.reviewer.login]

    await team.as_reviewer.pulls.review(team.repo, pull.number, verdict="REQUEST_CHANGES", body="No test.", commit_sha=sha)
    rejected = read(await hooked.word("pull_request_review_rejected"))
    assert (rejected.kind, rejected.subject, rejected.actor) == ("pull.reviewed", pull.subject, team.reviewer.login)
    assert rejected.payload["review"] == {"state": "REQUEST_CHANGES", "body": "No test."}
    assert json.loads((await hooked.word("pull_request_review_rejected")).body)["action"] == "reviewed"

    moved = await team.forge.push(team.agent, team.repo, "agents/fix", {"tests/test_add.py": "assert True\n"})
    synchronized = read(await hooked.word("pull_request_sync", "synchronized"))
    assert synchronized.kind == "pull.synchronized" and synchronized.payload["head_sha"] == moved
    await team.as_agent.pulls.edit_pull(team.repo, pull.number, title="Fix the sum")
    assert read(await hooked.word("pull_request", "edited")).kind == "pull.edited"
    await team.as_reviewer.pulls.review(team.repo, pull.number, verdict="APPROVED", body="Good.", commit_sha=moved)
    approved = read(await hooked.word("pull_request_review_approved"))
    assert approved.payload["review"] == {"state": "APPROVED", "body": "Good."}
    await team.as_owner.issues.comment(team.repo, pull.number, "thanks")
    commented = read(await hooked.word("pull_request_comment", "created"))
    assert (commented.kind, commented.subject) == ("pull.commented", pull.subject)
    await team.as_reviewer.pulls.review(team.repo, pull.number, verdict="COMMENT", body="PS", commit_sha=moved)
    assert read(await hooked.word("pull_request_review_comment")).payload["review"] == {"state": "COMMENT", "body": "PS"}
