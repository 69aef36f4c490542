"""Issues: open, read, edit."""

from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.resources.labels import asked_labels
from forgecrew.integrations.practice.telling import notify, shapes, tell_thread
from forgecrew.integrations.practice.thread_changes import add_thread, asked_accounts, change_thread
from forgecrew.integrations.practice.web import Answer, Refusal, Request, reply

operations = Operations()


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
