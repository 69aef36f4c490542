"""Unread threads of an account."""

from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.paging import paged
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.records import Row
from forgecrew.integrations.practice.telling import shapes
from forgecrew.integrations.practice.web import Answer, Refusal, Request, reply

operations = Operations()


@operations.on("GET /notifications", "notification")
async def notifications(practice: Practice, request: Request) -> Answer:
    """Threads, newest first; unread ones unless `all` or `status-types` say otherwise."""
    rows = practice.records.many("notification", by="updated_at DESC, id DESC", account_id=request.me["id"])
    states = request.query.get("status-types") or ["unread"]
    everything = request.asked("all") == "true"
    rows = [row for row in rows if everything or ("unread" if row["unread"] else "read") in states]
    kinds = [kind.lower() for kind in request.query.get("subject-type", [])]
    if kinds:
        rows = [row for row in rows if _kind(practice, row) in kinds]
    since = request.asked("since")
    return paged(request, [row for row in rows if row["updated_at"] >= since], shapes(practice, request).notification)


@operations.on("GET /notifications/new", "notification")
async def count(practice: Practice, request: Request) -> Answer:
    """How many are unread."""
    return reply({"new": len(practice.records.many("notification", account_id=request.me["id"], unread=1))})


@operations.on("PATCH /notifications/threads/{id}", "notification")
async def mark(practice: Practice, request: Request) -> Answer:
    """Mark one thread as read (or as `to-status` says)."""
    found = practice.records.one("notification", id=request.number("id"))
    if found is None:
        raise Refusal(404, "notification does not exist")
    if found["account_id"] != request.me["id"]:
        raise Refusal(403, "only user itself and admin are allowed to read/change this thread")
    practice.records.change("notification", {"id": found["id"]}, unread=int(request.asked("to-status") == "unread"))
    return reply(shapes(practice, request).notification(practice.records.get("notification", found["id"])), 205)


def _kind(practice: Practice, row: Row) -> str:
    return "pull" if practice.records.get("issue", row["issue_id"])["is_pull"] else "issue"
