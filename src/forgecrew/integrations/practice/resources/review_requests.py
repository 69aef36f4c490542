"""Requests for a review."""

from typing import cast

from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.records import Row
from forgecrew.integrations.practice.resources.reviews import store_review
from forgecrew.integrations.practice.telling import notify, shapes, tell_thread, touch
from forgecrew.integrations.practice.web import Answer, Refusal, Request, nothing, reply

operations = Operations()


@operations.on("POST /repos/{owner}/{repo}/pulls/{index}/requested_reviewers", "repository")
async def ask(practice: Practice, request: Request) -> Answer:
    """Ask accounts for a review, also again."""
    repo = practice.repo(request)
    issue, _ = practice.pull(request, repo)
    if request.me["id"] != issue["author_id"] and not practice.may(request, repo, "write"):
        raise Refusal(422, "doer can't choose reviewer [user_id: " + str(request.me["id"]) + "]")
    made = [row for name in _names(request) if (row := _request_one(practice, request, issue, name))]
    return reply([shapes(practice, request).review(row) for row in made], 201)


@operations.on("DELETE /repos/{owner}/{repo}/pulls/{index}/requested_reviewers", "repository")
async def unask(practice: Practice, request: Request) -> Answer:
    """Take requests for a review back."""
    issue, _ = practice.pull(request, practice.repo(request))
    for name in _names(request):
        account = practice.account(name)
        practice.records.drop("review", issue_id=issue["id"], account_id=account["id"], state="REQUEST_REVIEW")
        shown = shapes(practice, request).user(account)
        tell_thread(practice, request, issue, "pull_request_review_request", "review_request_removed", requested_reviewer=shown)
    return nothing()


def _request_one(practice: Practice, request: Request, issue: Row, name: str) -> Row | None:
    """Ask one account; None when it was asked already."""
    account = practice.account(name)
    if account["id"] == issue["author_id"]:
        raise Refusal(422, f"poster of pr can't be reviewer [user_id: {account['id']}]")
    if practice.records.one("review", issue_id=issue["id"], account_id=account["id"], state="REQUEST_REVIEW"):
        return None
    row = store_review(practice, issue, account, "REQUEST_REVIEW", "", "")
    touch(practice, issue)
    shown = shapes(practice, request).user(account)
    tell_thread(practice, request, issue, "pull_request_review_request", "review_requested", requested_reviewer=shown)
    notify(practice, request, issue, account["id"])
    return row


def _names(request: Request) -> list[str]:
    return [str(name) for name in cast(list[object], request.json().get("reviewers") or [])]
