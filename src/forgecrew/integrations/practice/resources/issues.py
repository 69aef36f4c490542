"""Issues: open, read, edit, search."""

from typing import cast

from forgecrew.integrations.practice.accounts import permission
from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.records import Row, now
from forgecrew.integrations.practice.resources.labels import asked_labels
from forgecrew.integrations.practice.telling import mentions, notify, shapes, tell_thread
from forgecrew.integrations.practice.web import Answer, Refusal, Request, paged, reply

operations = Operations()


@operations.on("GET /repos/issues/search", "issue")
async def search(practice: Practice, request: Request) -> Answer:
    """Issues and pull requests of all visible repositories, newest first."""
    records = practice.records
    visible = {row["id"] for row in records.many("repo") if permission(records, row, request.caller) != "none"}
    rows = [row for row in records.many("issue", by="id DESC") if row["repo_id"] in visible and _wanted(practice, request, row)]
    return paged(request, rows, shapes(practice, request).issue)


@operations.on("GET /repos/{owner}/{repo}/issues", "issue")
async def issues(practice: Practice, request: Request) -> Answer:
    """Issues and pull requests of a repository, newest first."""
    repo = practice.repo(request)
    rows = [
        row for row in practice.records.many("issue", by="number DESC", repo_id=repo["id"]) if _wanted(practice, request, row)
    ]
    return paged(request, rows, shapes(practice, request).issue)


@operations.on("POST /repos/{owner}/{repo}/issues", "issue")
async def create(practice: Practice, request: Request) -> Answer:
    """Open an issue."""
    request.me  # noqa: B018 - strangers are refused
    repo, asked = practice.repo(request), request.json()
    title, body = str(asked.get("title") or ""), str(asked.get("body") or "")
    if not title.strip():
        raise Refusal(422, "[Title]: Required")
    accounts = asked_accounts(practice, repo, asked.get("assignees") or asked.get("assignee"))
    labels = asked_labels(practice, repo, asked.get("labels")) if practice.may(request, repo, "write") else []
    issue = add_thread(practice, request, repo, title, body)
    for label in labels:
        practice.records.add("issue_label", issue_id=issue["id"], label_id=label["id"])
    if practice.may(request, repo, "write"):
        for account in accounts:
            practice.records.add("assignee", issue_id=issue["id"], account_id=account["id"])
    tell_thread(practice, request, issue, "issues", "opened")
    for _ in practice.records.many("assignee", issue_id=issue["id"]):
        tell_thread(practice, request, issue, "issue_assign", "assigned")
    notify(practice, request, issue, text=f"{title}\n{body}")
    return reply(shapes(practice, request).issue(issue), 201)


@operations.on("GET /repos/{owner}/{repo}/issues/{index}", "issue")
async def get(practice: Practice, request: Request) -> Answer:
    """An issue or pull request."""
    return reply(shapes(practice, request).issue(practice.issue(request, practice.repo(request))))


@operations.on("PATCH /repos/{owner}/{repo}/issues/{index}", "issue")
async def edit(practice: Practice, request: Request) -> Answer:
    """Change title, body, state or the list of assignees."""
    repo = practice.repo(request)
    issue = change_thread(practice, request, repo, practice.issue(request, repo))
    return reply(shapes(practice, request).issue(issue), 201)


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


def _wanted(practice: Practice, request: Request, issue: Row) -> bool:
    """Whether an issue passes the filters of a query."""
    state, kind, since = request.asked("state") or "open", request.asked("type"), request.asked("since")
    if state != "all" and issue["state"] != state:
        return False
    if kind and kind != ("pulls" if issue["is_pull"] else "issues"):
        return False
    if since and issue["updated_at"] < since:
        return False
    return all(
        _concerns(practice, request, issue, name)
        for name in ("assigned", "created", "mentioned", "review_requested")
        if request.asked(name) == "true"
    )


def _concerns(practice: Practice, request: Request, issue: Row, name: str) -> bool:
    records, me = practice.records, request.me
    if name == "created":
        return bool(issue["author_id"] == me["id"])
    if name == "assigned":
        return records.one("assignee", issue_id=issue["id"], account_id=me["id"]) is not None
    if name == "review_requested":
        return records.one("review", issue_id=issue["id"], account_id=me["id"], state="REQUEST_REVIEW") is not None
    comments = [row["body"] for row in records.many("comment", issue_id=issue["id"])]
    texts = [issue["title"], issue["body"], *comments]
    return any(me["login"].lower() == login.lower() for text in texts for login in mentions(text))
