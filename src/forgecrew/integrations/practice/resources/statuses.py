"""Statuses of commits."""

from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.paging import paged
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.records import Row, now
from forgecrew.integrations.practice.telling import shapes
from forgecrew.integrations.practice.web import Answer, Refusal, Request, reply

operations = Operations()
_STATES = ("pending", "success", "error", "failure", "warning", "skipped")


@operations.on("GET /repos/{owner}/{repo}/statuses/{sha}", "repository")
async def statuses(practice: Practice, request: Request) -> Answer:
    """All that were set on a commit, newest first."""
    repo = practice.repo(request)
    rows = practice.records.many("status", by="id DESC", repo_id=repo["id"], sha=request.parts["sha"])
    return paged(request, rows, lambda row: _shape(practice, request, row))


@operations.on("POST /repos/{owner}/{repo}/statuses/{sha}", "repository")
async def add_status(practice: Practice, request: Request) -> Answer:
    """One more."""
    repo = practice.repo(request, "write")
    sha, asked = request.parts["sha"], request.json()
    if await practice.git.commit(repo["id"], sha) != sha:
        raise Refusal(500, "")  # as Gitea does
    if asked.get("state") not in _STATES:
        raise Refusal(422, f"[State]: one of {', '.join(_STATES)}")
    made = practice.records.add(
        "status", repo_id=repo["id"], sha=sha, context=str(asked.get("context") or "default"), state=asked["state"],
        description=str(asked.get("description") or ""), target_url=str(asked.get("target_url") or ""),
        account_id=request.me["id"], created_at=now(),
    )  # fmt: skip
    return reply(_shape(practice, request, practice.records.get("status", made)), 201)


def _shape(practice: Practice, request: Request, row: Row) -> Row:
    return {
        "id": row["id"],
        "status": row["state"],
        "context": row["context"],
        "description": row["description"],
        "target_url": row["target_url"],
        "url": f"{request.base}/api/v1/repos/{request.parts['owner']}/{request.parts['repo']}/statuses/{row['sha']}",
        "creator": shapes(practice, request).user_by_id(row["account_id"]),
        "created_at": row["created_at"],
        "updated_at": row["created_at"],
    }
