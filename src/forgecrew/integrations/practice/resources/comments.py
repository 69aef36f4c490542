"""Comments under issues and pull requests, and reactions."""

from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.paging import paged
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.records import Row, now
from forgecrew.integrations.practice.telling import notify, shapes, tell_thread, touch
from forgecrew.integrations.practice.web import Answer, Refusal, Request, nothing, reply

operations = Operations()
REACTIONS = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")


@operations.on("GET /repos/{owner}/{repo}/issues/{index}/comments", "issue")
async def comments(practice: Practice, request: Request) -> Answer:
    """All comments, oldest first; this list is not paginated."""
    issue = practice.issue(request, practice.repo(request))
    rows = practice.records.many("comment", by="id", issue_id=issue["id"])
    since = request.asked("since")
    return reply([shapes(practice, request).comment(row) for row in rows if row["updated_at"] >= since])


@operations.on("POST /repos/{owner}/{repo}/issues/{index}/comments", "issue")
async def create(practice: Practice, request: Request) -> Answer:
    """Write a comment."""
    request.me  # noqa: B018 - strangers are refused
    issue = practice.issue(request, practice.repo(request))
    body = _body(request)
    made = practice.records.add(
        "comment", issue_id=issue["id"], author_id=request.me["id"], body=body, created_at=now(), updated_at=now()
    )
    touch(practice, issue)
    shown = shapes(practice, request).comment(practice.records.get("comment", made))
    tell_thread(practice, request, issue, "issue_comment", "created", comment=shown, is_pull=bool(issue["is_pull"]))
    notify(practice, request, issue, text=body)
    return reply(shown, 201)


@operations.on("GET /repos/{owner}/{repo}/issues/comments/{id}", "issue")
async def get(practice: Practice, request: Request) -> Answer:
    """A comment."""
    return reply(shapes(practice, request).comment(_comment(practice, request, practice.repo(request))[0]))


@operations.on("PATCH /repos/{owner}/{repo}/issues/comments/{id}", "issue")
async def edit(practice: Practice, request: Request) -> Answer:
    """Change the text of a comment: one's own, or any with write permission."""
    comment, issue = _writable(practice, request)
    body = _body(request)
    if body != comment["body"]:
        practice.records.change("comment", {"id": comment["id"]}, body=body, updated_at=now())
        shown = shapes(practice, request).comment(practice.records.get("comment", comment["id"]))
        more = {"comment": shown, "is_pull": bool(issue["is_pull"]), "changes": {"body": {"from": comment["body"]}}}
        tell_thread(practice, request, issue, "issue_comment", "edited", **more)
    return reply(shapes(practice, request).comment(practice.records.get("comment", comment["id"])))


@operations.on("DELETE /repos/{owner}/{repo}/issues/comments/{id}", "issue")
async def delete(practice: Practice, request: Request) -> Answer:
    """Remove a comment."""
    comment, issue = _writable(practice, request)
    shown = shapes(practice, request).comment(comment)
    practice.records.drop("comment", id=comment["id"])
    tell_thread(practice, request, issue, "issue_comment", "deleted", comment=shown, is_pull=bool(issue["is_pull"]))
    return nothing()


@operations.on("GET /repos/{owner}/{repo}/issues/{index}/reactions", "issue")
async def reactions(practice: Practice, request: Request) -> Answer:
    """Reactions on the issue itself."""
    issue = practice.issue(request, practice.repo(request))
    rows = practice.records.many("reaction", by="id", issue_id=issue["id"], comment_id=0)
    return paged(request, rows, shapes(practice, request).reaction) if rows else reply(None)


@operations.on("POST /repos/{owner}/{repo}/issues/{index}/reactions", "issue")
async def react(practice: Practice, request: Request) -> Answer:
    """Add a reaction: 201 when it is new, 200 when it is there already."""
    content = str(request.json().get("content") or "")
    issue = practice.issue(request, practice.repo(request))
    if content not in REACTIONS:
        raise Refusal(403, f"'{content}' is not an allowed reaction")
    key = {"issue_id": issue["id"], "comment_id": 0, "account_id": request.me["id"], "content": content}
    found = practice.records.one("reaction", **key)
    row = found or practice.records.get("reaction", practice.records.add("reaction", created_at=now(), **key))
    return reply(shapes(practice, request).reaction(row), 200 if found else 201)


@operations.on("DELETE /repos/{owner}/{repo}/issues/{index}/reactions", "issue")
async def unreact(practice: Practice, request: Request) -> Answer:
    """Take a reaction back."""
    issue = practice.issue(request, practice.repo(request))
    content = str(request.json().get("content") or "")
    practice.records.drop("reaction", issue_id=issue["id"], comment_id=0, account_id=request.me["id"], content=content)
    return nothing(200)


def _comment(practice: Practice, request: Request, repo: Row) -> tuple[Row, Row]:
    comment = practice.records.one("comment", id=request.number("id"))
    issue = practice.records.get("issue", comment["issue_id"]) if comment else None
    if comment is None or issue is None or issue["repo_id"] != repo["id"]:
        raise Refusal(404, f"comment does not exist [id: {request.parts['id']}, issue_id: 0]")
    return comment, issue


def _writable(practice: Practice, request: Request) -> tuple[Row, Row]:
    repo = practice.repo(request)
    comment, issue = _comment(practice, request, repo)
    if comment["author_id"] != request.me["id"] and not practice.may(request, repo, "write"):
        raise Refusal(403, "user should be the comment's poster or have permission to write")
    return comment, issue


def _body(request: Request) -> str:
    body = request.json().get("body")
    if not isinstance(body, str) or not body.strip():
        raise Refusal(422, "[Body]: Required")
    return body
