"""Threads made and changed: what issues and pull requests have in common."""

from typing import cast

from forgecrew.integrations.practice.permissions import permission
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.records import Row, now
from forgecrew.integrations.practice.telling import notify, tell_thread
from forgecrew.integrations.practice.web import Refusal, Request


def add_thread(practice: Practice, request: Request, repo: Row, title: str, body: str, *, is_pull: bool = False) -> Row:
    """A new issue row, also for a pull request."""
    made = practice.records.add(
        "issue",
        repo_id=repo["id"],
        number=practice.records.next_number(repo["id"]),
        is_pull=int(is_pull),
        title=title,
        body=body,
        state="open",
        author_id=request.me["id"],
        created_at=now(),
        updated_at=now(),
    )
    return practice.records.get("issue", made)


def change_thread(practice: Practice, request: Request, repo: Row, issue: Row) -> Row:
    """Do what a PATCH body asks of an issue or pull request, and tell each change as an event of its own."""
    asked = request.json()
    if request.me["id"] != issue["author_id"] and not practice.may(request, repo, "write"):
        raise Refusal(403, "user should have permission to write issues or be its poster")
    where = {"id": issue["id"]}
    texts = {key: str(asked[key]) for key in ("title", "body") if isinstance(asked.get(key), str)}
    if texts.get("title") == "":
        del texts["title"]
    for key, value in texts.items():
        if value != issue[key]:
            practice.records.change("issue", where, updated_at=now(), **{key: value})
            tell_thread(practice, request, issue, "issues", "edited", changes={key: {"from": issue[key]}})
    if isinstance(asked.get("assignees"), list) and practice.may(request, repo, "write"):
        _assign(practice, request, issue, asked_accounts(practice, repo, asked["assignees"]))
    state = asked.get("state")
    if state in ("open", "closed") and state != issue["state"]:
        if issue["is_pull"] and practice.pull_of(issue)["merged_at"]:
            raise Refusal(412, "cannot change state of this pull request, it was already merged")
        practice.records.change("issue", where, state=state, updated_at=now(), closed_at=now() if state == "closed" else None)
        tell_thread(practice, request, issue, "issues", "closed" if state == "closed" else "reopened")
        notify(practice, request, issue)
    return practice.records.get("issue", issue["id"])


def asked_accounts(practice: Practice, repo: Row, asked: object) -> list[Row]:
    """The accounts that a login or list of logins means; 422 for those that cannot even read."""
    names = cast(list[object], asked) if isinstance(asked, list) else [asked] if asked else []
    found: list[Row] = []
    for name in dict.fromkeys(names):
        account = practice.records.one("account", login=str(name))
        if account is None:
            raise Refusal(422, f"Assignee does not exist: [name: {name}]")
        if permission(practice.records, repo, account) == "none":
            raise Refusal(422, f"user doesn't have access to repo [user_id: {account['id']}, repo_name: {repo['name']}]")
        found.append(account)
    return found


def _assign(practice: Practice, request: Request, issue: Row, accounts: list[Row]) -> None:
    before = {row["account_id"] for row in practice.records.many("assignee", issue_id=issue["id"])}
    after = {account["id"] for account in accounts}
    for gone in sorted(before - after):
        practice.records.drop("assignee", issue_id=issue["id"], account_id=gone)
        tell_thread(practice, request, issue, "issue_assign", "unassigned")
    for added in sorted(after - before):
        practice.records.add("assignee", issue_id=issue["id"], account_id=added)
        tell_thread(practice, request, issue, "issue_assign", "assigned")
    if before != after:
        practice.records.change("issue", {"id": issue["id"]}, updated_at=now())
        notify(practice, request, issue)
