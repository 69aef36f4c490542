"""Tells the world what happened: webhooks to those who subscribed, notifications to the accounts concerned."""

import json
import re

from forgecrew.integrations.practice.deliveries import listens
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.records import Row, now
from forgecrew.integrations.practice.threads import Threads
from forgecrew.integrations.practice.web import Request

_MENTION = re.compile(r"(?:^|(?<=[\s(\[{,:;]))@([A-Za-z0-9][A-Za-z0-9_.-]*[A-Za-z0-9]|[A-Za-z0-9])")


def shapes(practice: Practice, request: Request) -> Threads:
    """Shapes for an answer to this request."""
    return Threads(practice.records, request.base, request.caller)


def tell(practice: Practice, request: Request, repo: Row, word: str, payload: Row) -> None:
    """Queue one webhook for every active subscriber of a repository; sender and repository are added."""
    hooks = practice.records.many("hook", repo_id=repo["id"], active=1)
    hooks = [hook for hook in hooks if listens(json.loads(hook["events"]), word)]
    if not hooks:
        return
    shape = shapes(practice, request)
    whole = {**payload, "repository": shape.repo(practice.records.get("repo", repo["id"])), "sender": shape.user(request.me)}
    for hook in hooks:
        practice.deliveries.send(hook, word, whole)


def tell_thread(practice: Practice, request: Request, issue: Row, word: str, action: str, **more: object) -> None:
    """A webhook about an issue or pull request as it is now; `word` is the exact event of an issue.

    `issues`, `issue_assign` and `issue_label` become their twins for pull requests.
    """
    issue = practice.records.get("issue", issue["id"])
    repo = practice.records.get("repo", issue["repo_id"])
    shape = shapes(practice, request)
    if not issue["is_pull"]:
        shown: Row = {"issue": shape.issue(issue)}
    elif word == "issue_comment":
        shown = {"issue": shape.issue(issue), "pull_request": shape.pull(issue)}
        word = "pull_request_comment"
    else:
        shown = {"pull_request": shape.pull(issue), "requested_reviewer": None}
        word = {"issues": "pull_request"}.get(word, word.replace("issue_", "pull_request_"))
    payload: Row = {"action": action, "number": issue["number"], **shown, "commit_id": "", **more}
    if word in ("issue_comment", "pull_request_comment"):
        del payload["number"], payload["commit_id"]
    elif issue["is_pull"]:
        payload.setdefault("review", None)
    tell(practice, request, repo, word, payload)


def notify(practice: Practice, request: Request, issue: Row, *account_ids: int, text: str = "") -> None:
    """Make a thread unread for the owner, the participants, these accounts and those a text mentions; never for the caller."""
    records = practice.records
    repo = records.get("repo", issue["repo_id"])
    concerned = {repo["owner_id"], issue["author_id"], *account_ids}
    concerned |= {row["author_id"] for row in records.many("comment", issue_id=issue["id"])}
    concerned |= {row["account_id"] for row in records.many("review", issue_id=issue["id"])}
    concerned |= {row["account_id"] for row in records.many("assignee", issue_id=issue["id"])}
    concerned |= {account["id"] for login in mentions(text) if (account := records.one("account", login=login))}
    for account_id in sorted(concerned - {request.me["id"]}):
        where = {"account_id": account_id, "issue_id": issue["id"]}
        if records.one("notification", **where):
            records.change("notification", where, unread=1, updated_at=now())
        else:
            records.add("notification", unread=1, updated_at=now(), **where)


def mentions(text: str) -> list[str]:
    """Login names that a text mentions with an @."""
    return list(dict.fromkeys(_MENTION.findall(text)))


def touch(practice: Practice, issue: Row) -> None:
    """Something happened under an issue just now."""
    practice.records.change("issue", {"id": issue["id"]}, updated_at=now())
