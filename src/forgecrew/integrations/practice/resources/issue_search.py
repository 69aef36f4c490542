"""Issues and pull requests searched: in one repository, and in all that are visible."""

from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.paging import paged
from forgecrew.integrations.practice.permissions import permission
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.records import Row
from forgecrew.integrations.practice.telling import mentions, shapes
from forgecrew.integrations.practice.web import Answer, Request

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
