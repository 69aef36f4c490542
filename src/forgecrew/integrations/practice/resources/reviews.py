"""Reviews of pull requests, and remarks on lines."""

from typing import cast

from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.paging import paged
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.records import Row, now
from forgecrew.integrations.practice.telling import notify, shapes, tell_thread, touch
from forgecrew.integrations.practice.web import Answer, Refusal, Request, reply

operations = Operations()
_VERDICTS = ("APPROVED", "REQUEST_CHANGES")
_STATES = {"APPROVED": "approved", "REQUEST_CHANGES": "rejected", "COMMENT": "comment"}


@operations.on("GET /repos/{owner}/{repo}/pulls/{index}/reviews", "repository")
async def reviews(practice: Practice, request: Request) -> Answer:
    """Reviews, oldest first; pending ones are shown to their author alone."""
    issue, _ = practice.pull(request, practice.repo(request))
    rows = practice.records.many("review", by="id", issue_id=issue["id"])
    me = request.caller["id"] if request.caller else 0
    return paged(request, [row for row in rows if row["state"] != "PENDING" or row["account_id"] == me],
                 shapes(practice, request).review)  # fmt: skip


@operations.on("GET /repos/{owner}/{repo}/pulls/{index}/reviews/{id}/comments", "repository")
async def remarks(practice: Practice, request: Request) -> Answer:
    """Remarks on lines that belong to a review; this list is not paginated."""
    issue, _ = practice.pull(request, practice.repo(request))
    review = practice.records.one("review", id=request.number("id"), issue_id=issue["id"])
    if review is None:
        raise Refusal(404, "The target couldn't be found.")
    rows = practice.records.many("remark", by="id", review_id=review["id"])
    return reply([shapes(practice, request).remark(row) for row in rows])


@operations.on("POST /repos/{owner}/{repo}/pulls/{index}/reviews", "repository")
async def create(practice: Practice, request: Request) -> Answer:
    """Submit a review; any word but the three verdicts leaves it pending."""
    issue, pull = practice.pull(request, practice.repo(request))
    asked, me = request.json(), request.me
    state = str(asked.get("event") or "")
    state = state if state in _STATES else "PENDING"
    body = str(asked.get("body") or "")
    comments = [cast(Row, item) for item in cast(list[object], asked.get("comments") or []) if isinstance(item, dict)]
    if me["id"] == issue["author_id"] and state in ("APPROVED", "REQUEST_CHANGES"):
        raise Refusal(
            422, "approve your own pull is not allowed" if state == "APPROVED" else "reject your own pull is not allowed"
        )
    if not body.strip() and (state == "REQUEST_CHANGES" or (state == "COMMENT" and not comments)):
        raise Refusal(422, f"review event {state} requires a body" + (" or a comment" if state == "COMMENT" else ""))
    commit = str(asked.get("commit_id") or pull["head_sha"])
    row = store_review(practice, issue, me, state, body, commit)
    for comment in comments:
        _store_remark(practice, row, comment)
    if state != "PENDING":
        touch(practice, issue)
        word = f"pull_request_review_{_STATES[state]}"
        tell_thread(practice, request, issue, word, "reviewed",
                    review={"type": word, "content": body}, requested_reviewer=shapes(practice, request).user(me))  # fmt: skip
        notify(practice, request, issue, text=body)
    return reply(shapes(practice, request).review(row))


def store_review(practice: Practice, issue: Row, account: Row, state: str, body: str, commit_sha: str) -> Row:
    """A review row; an answer ends the request for it, and a verdict takes the place of the same account's earlier ones."""
    own = {"issue_id": issue["id"], "account_id": account["id"]}
    practice.records.drop("review", **own, state="REQUEST_REVIEW")
    for earlier in _VERDICTS if state in _VERDICTS else ():
        practice.records.change("review", {**own, "state": earlier}, dismissed=1)
    made = practice.records.add(
        "review",
        issue_id=issue["id"],
        account_id=account["id"],
        state=state,
        body=body,
        commit_sha=commit_sha,
        created_at=now(),
    )
    return practice.records.get("review", made)


def _store_remark(practice: Practice, review: Row, comment: Row) -> None:
    new, old = comment.get("new_position"), comment.get("old_position")
    line = new if isinstance(new, int) and new > 0 else -old if isinstance(old, int) else 0
    practice.records.add(
        "remark", review_id=review["id"], path=str(comment.get("path") or ""), line=line,
        body=str(comment.get("body") or ""), commit_sha=review["commit_sha"], created_at=now(),
    )  # fmt: skip
