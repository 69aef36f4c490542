"""Webhooks: proper ones, odd ones and forged ones."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forgecrew.core.event import Event
from forgecrew.core.label import Label
from forgecrew.integrations.gitea.event_source import source

SECRET = "a secret"
REPOSITORY = {"id": 1, "name": "r", "full_name": "o/r", "owner": {"login": "o"}, "private": False}
ISSUE = {
    "number": 7, "title": "t", "body": "b", "user": {"login": "ann"}, "state": "open",
    "updated_at": "2026-01-05T09:00:00+02:00",
    "assignees": [{"login": "coder"}], "labels": [{"name": "bug"}], "pull_request": None,
}  # fmt: skip
PULL = {
    **ISSUE,
    "head": {"ref": "fix", "sha": "a" * 40},
    "merged": False,
    "requested_reviewers": [{"login": "r1"}, {"login": "r2"}],
}
SENDER = {"login": "someone"}


def headers(word: str, **more: str) -> dict[str, str]:
    return {"x-gitea-event-type": word, "x-gitea-event": word, "x-gitea-delivery": "d-1", **more}


def parse(word: str, payload: Any, **more: str) -> Event | None:
    return source().parse(headers(word, **more), json.dumps(payload).encode())


def issues(action: str, **more: Any) -> dict[str, Any]:
    return {"action": action, "number": 7, "issue": ISSUE, "repository": REPOSITORY, "sender": SENDER, **more}


def pulls(action: str, **more: Any) -> dict[str, Any]:
    return {"action": action, "number": 7, "pull_request": PULL, "repository": REPOSITORY, "sender": SENDER, **more}


def signature(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"x-gitea-signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def test_signature_of_the_raw_bytes() -> None:
    body = b'{"a":  1}'
    assert source().verify(signature(body), body, SECRET)
    assert not source().verify(signature(body), b'{"a": 1}', SECRET)
    assert not source().verify(signature(body, "other"), body, SECRET)
    assert not source().verify({}, body, SECRET)
    assert not source().verify({"x-gitea-signature": "ü"}, body, SECRET)
    assert not source().verify(signature(body, ""), body, "")


@pytest.mark.parametrize(
    ("word", "action", "kind"),
    [
        ("issues", "opened", "issue.opened"),
        ("issues", "edited", "issue.edited"),
        ("issues", "closed", "issue.closed"),
        ("issues", "reopened", "issue.reopened"),
        ("issue_assign", "assigned", "issue.assigned"),
        ("issue_assign", "unassigned", "issue.unassigned"),
        ("issue_label", "label_updated", "issue.labeled"),
        ("issue_label", "label_cleared", "issue.labeled"),
        ("issue_milestone", "milestoned", "issue.edited"),
    ],
)
def test_kinds_about_issues(word: str, action: str, kind: str) -> None:
    event = parse(word, issues(action))
    assert event is not None
    assert (event.kind, event.subject.key, event.subject.kind, event.actor) == (kind, "o/r#7", "issue", "someone")
    assert event.payload == {
        "title": "t", "body": "b", "author": "ann", "state": "open", "assignees": ["coder"], "labels": ["bug"],
    }  # fmt: skip
    assert (event.source, event.occurred_at.isoformat()) == ("gitea", "2026-01-05T07:00:00+00:00")


@pytest.mark.parametrize(
    ("word", "action", "kind"),
    [
        ("pull_request", "opened", "pull.opened"),
        ("pull_request", "edited", "pull.edited"),
        ("pull_request", "closed", "pull.closed"),
        ("pull_request", "reopened", "pull.edited"),
        ("pull_request_assign", "assigned", "pull.assigned"),
        ("pull_request_label", "label_updated", "pull.edited"),
        ("pull_request_sync", "synchronized", "pull.synchronized"),
        ("pull_request_review_request", "review_request_removed", "pull.edited"),
    ],
)
def test_kinds_about_pull_requests(word: str, action: str, kind: str) -> None:
    event = parse(word, pulls(action))
    assert event is not None
    assert (event.kind, event.subject.key, event.subject.kind) == (kind, "o/r#7", "pull")
    assert event.payload["head_sha"] == "a" * 40 and event.payload["requested_reviewers"] == ["r1", "r2"]


def test_review_request_names_the_one_who_is_asked() -> None:
    event = parse("pull_request_review_request", pulls("review_requested", requested_reviewer={"login": "r2"}))
    assert event and event.kind == "pull.review_requested" and event.payload["requested_reviewers"] == ["r2"]


@pytest.mark.parametrize(
    ("word", "family", "state"),
    [
        ("pull_request_review_approved", "pull_request_approved", "APPROVED"),
        ("pull_request_review_rejected", "pull_request_rejected", "REQUEST_CHANGES"),
        ("pull_request_review_comment", "pull_request_comment", "COMMENT"),
    ],
)
def test_reviews(word: str, family: str, state: str) -> None:
    payload = pulls("reviewed", review={"type": word, "content": "see"}, requested_reviewer={"login": "r9"})
    event = parse(word, payload)
    assert event and event.kind == "pull.reviewed" and event.payload["review"] == {"state": state, "body": "see"}
    assert event.payload["requested_reviewers"] == ["r1", "r2"]
    only_family = {"x-gitea-event": family, "x-gitea-delivery": "d"}
    again = source().parse(only_family, json.dumps(payload).encode())
    assert again and again.payload["review"] == {"state": state, "body": "see"}


def test_comments() -> None:
    comment = {"id": 12, "body": "hello", "updated_at": "2026-01-06T00:00:00Z"}
    event = parse("issue_comment", issues("created", comment=comment, is_pull=False))
    assert event and event.kind == "issue.commented" and event.payload["comment"] == {"id": 12, "body": "hello"}
    on_pull = {**ISSUE, "pull_request": {"merged": False}}
    for payload in (issues("created", comment=comment, issue=on_pull), issues("created", comment=comment, is_pull=True)):
        event = parse("issue_comment", payload)
        assert event and event.kind == "pull.commented" and event.subject.kind == "pull"
    for action in ("edited", "deleted"):
        event = parse("issue_comment", issues(action, comment=comment))
        assert event and (event.kind, event.payload["what"], event.subject.number) == ("other", f"comment.{action}", 7)
    status = comment | {"body": "At work.\n\n<!-- forgecrew:status:1 -->"}
    assert parse("issue_comment", issues("edited", comment=status)) is None


def test_what_memory_keeps_beside_what_triggers_read() -> None:
    milestone = {**ISSUE, "milestone": {"title": "v1"}}
    event = parse("issue_milestone", issues("milestoned", issue=milestone))
    assert event and event.payload["milestone"] == "v1"
    event = parse("issue_milestone", issues("demilestoned", issue={**ISSUE, "milestone": None}))
    assert event and event.payload["milestone"] == ""
    merged = {**PULL, "base": {"ref": "main"}, "merged": True, "merged_by": {"login": "mia"}, "merge_commit_sha": "b" * 40}
    event = parse("pull_request", pulls("closed", pull_request=merged))
    assert event and [event.payload[key] for key in ("head", "base", "merged_by", "merge_sha")] == [
        "fix",
        "main",
        "mia",
        "b" * 40,
    ]
    comment = {"id": 12, "body": "after the merge"}
    on_merged = {**ISSUE, "state": "closed", "pull_request": {"merged": True}}
    event = parse("issue_comment", issues("created", comment=comment, issue=on_merged))
    assert event and event.payload["merged"] is True
    event = parse("delete", {"ref": "old", "ref_type": "branch", "repository": REPOSITORY, "sender": SENDER})
    assert event and (event.kind, event.subject.kind, event.payload) == (
        "other",
        "repo",
        {"what": "branch.deleted", "branch": "old"},
    )
    assert parse("create", {"ref": "v1", "ref_type": "tag", "repository": REPOSITORY, "sender": SENDER}) is None
    release = {"tag_name": "v1", "name": "One", "body": "Notes"}
    event = parse("release", {"action": "published", "release": release, "repository": REPOSITORY, "sender": SENDER})
    assert event and event.payload["document"] == {"kind": "release", "path": "v1", "text": "One\n\nNotes"}
    one = {
        "id": "c" * 40,
        "message": "m",
        "author": {"name": "Mia", "email": "m@example.org", "username": "mia"},
        "added": ["a.py"],
    }
    pushed = {"ref": "refs/heads/main", "after": "c" * 40, "before": "d" * 40, "commits": [one], "sender": SENDER}
    event = parse("push", pushed | {"repository": REPOSITORY | {"default_branch": "main"}})
    assert event and event.payload["commits"][0]["login"] == "mia" and event.payload["default_branch"] == "main"


def test_pushes() -> None:
    payload = {"ref": "refs/heads/a/b", "before": "0" * 40, "after": "b" * 40, "repository": REPOSITORY, "sender": SENDER}
    event = parse("push", payload)
    assert event and (event.kind, event.subject.key, event.subject.kind) == ("push", "o/r", "repo")
    assert event.payload == {"branch": "a/b", "head_sha": "b" * 40, "before_sha": "0" * 40}


def test_what_nobody_cares_for() -> None:
    for word in ("wiki", "release", "package", "status", "workflow_run", "fork", "create", "something_new"):
        assert parse(word, {"repository": REPOSITORY, "sender": SENDER}) is None
    assert parse("issues", issues("deleted")) is None
    assert parse("issues", issues("something_new")) is None


def test_private_repositories_have_their_own_readers() -> None:
    event = parse("issues", issues("opened", repository={**REPOSITORY, "private": True}))
    assert event and event.label == Label(readers="repo:o/r")
    event = parse("issues", issues("opened"))
    assert event and event.label == Label()


def test_what_was_signed_is_one_event_whatever_the_delivery_calls_itself() -> None:
    first, second = parse("issues", issues("opened")), parse("issues", issues("opened"), **{"x-gitea-delivery": "d-2"})
    later = parse("issues", issues("opened", commit_id="1"))
    assert first and second and later
    assert (first.external_id, first.content_hash) == (second.external_id, second.content_hash)
    assert later.external_id != first.external_id


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (json.dumps({"action": "opened", "number": 7}).encode(), "names no sender"),
        (json.dumps({"action": "opened", "number": 7, "sender": SENDER}).encode(), "owner/name"),
        (json.dumps(issues("opened", repository={"full_name": "a/b/c"})).encode(), "owner/name"),
        (json.dumps({**issues("opened"), "issue": None, "number": None}).encode(), "no issue or pull request"),
        (json.dumps({**issues("opened"), "issue": {}, "number": -3}).encode(), "no issue or pull request"),
    ],
)
def test_what_is_no_proper_delivery(body: bytes, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        source().parse(headers("issues"), body)


def test_headers_are_needed() -> None:
    body = json.dumps(issues("opened")).encode()
    for lacking in ({"x-gitea-event-type": "issues"}, {"x-gitea-delivery": "d"}, {}):
        with pytest.raises(ValueError, match="lacks the header"):
            source().parse(lacking, body)


NAMES = st.sampled_from([*ISSUE, "issue", "pull_request", "repository", "full_name", "login"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(["issues", "issue_comment", "pull_request", "pull_request_review_approved", "push"]), JSON, JSON, JSON)
def test_odd_shapes_are_events_or_value_errors(word: str, issue: Any, sender: Any, repository: Any) -> None:
    payload = {"action": "created", "issue": issue, "pull_request": issue, "comment": issue, "review": issue,
               "sender": sender or SENDER, "repository": repository or REPOSITORY}  # fmt: skip
    for action in ("created", "opened", "reviewed"):
        try:
            event = parse(word, {**payload, "action": action})
        except ValueError:
            continue
        assert event is None or event.subject.repo.owner
