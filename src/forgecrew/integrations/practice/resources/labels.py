"""Labels: what a repository offers, and what is on an issue."""

import re
from typing import cast

from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.paging import paged
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.records import Row
from forgecrew.integrations.practice.telling import shapes, tell_thread, touch
from forgecrew.integrations.practice.web import Answer, Refusal, Request, nothing, reply

operations = Operations()
_COLOR = re.compile(r"#?([0-9a-fA-F]{6})")


@operations.on("GET /repos/{owner}/{repo}/labels", "issue")
async def labels(practice: Practice, request: Request) -> Answer:
    """Labels that a repository offers."""
    repo = practice.repo(request)
    rows = practice.records.many("label", by="name", repo_id=repo["id"])
    return paged(request, rows, lambda row: shapes(practice, request).label(repo, row))


@operations.on("GET /orgs/{org}/labels", "organization")
async def org_labels(practice: Practice, request: Request) -> Answer:
    """Labels of an organization; there are no organizations here."""
    raise Refusal(404, "The target couldn't be found.")


@operations.on("POST /repos/{owner}/{repo}/labels", "issue")
async def create(practice: Practice, request: Request) -> Answer:
    """Offer a label; a second one of the same name is possible."""
    repo, asked = practice.repo(request, "write"), request.json()
    name, color = str(asked.get("name") or ""), _COLOR.fullmatch(str(asked.get("color") or ""))
    if not name:
        raise Refusal(422, "[Name]: Required")
    if color is None:
        raise Refusal(422, "bad color code: " + str(asked.get("color")))
    text = str(asked.get("description") or "")
    made = practice.records.add("label", repo_id=repo["id"], name=name, color=color.group(1).lower(), description=text)
    return reply(shapes(practice, request).label(repo, practice.records.get("label", made)), 201)


@operations.on("GET /repos/{owner}/{repo}/issues/{index}/labels", "issue")
async def of_issue(practice: Practice, request: Request) -> Answer:
    """Labels on an issue."""
    repo = practice.repo(request)
    return reply(shapes(practice, request).issue(practice.issue(request, repo))["labels"])


@operations.on("POST /repos/{owner}/{repo}/issues/{index}/labels", "issue")
async def add(practice: Practice, request: Request) -> Answer:
    """Add labels by ids or by names; unknown ones are dropped silently."""
    repo = practice.repo(request, "write")
    issue = practice.issue(request, repo)
    wanted = {row["id"] for row in asked_labels(practice, repo, request.json().get("labels"))}
    new = wanted - {row["label_id"] for row in practice.records.many("issue_label", issue_id=issue["id"])}
    for label_id in sorted(new):
        practice.records.add("issue_label", issue_id=issue["id"], label_id=label_id)
    if new:
        touch(practice, issue)
        tell_thread(practice, request, issue, "issue_label", "label_updated")
    return reply(shapes(practice, request).issue(practice.records.get("issue", issue["id"]))["labels"])


@operations.on("DELETE /repos/{owner}/{repo}/issues/{index}/labels/{id}", "issue")
async def remove(practice: Practice, request: Request) -> Answer:
    """Take a label off an issue."""
    repo = practice.repo(request, "write")
    issue, label_id = practice.issue(request, repo), request.number("id")
    if practice.records.one("issue_label", issue_id=issue["id"], label_id=label_id):
        practice.records.drop("issue_label", issue_id=issue["id"], label_id=label_id)
        touch(practice, issue)
        tell_thread(practice, request, issue, "issue_label", "label_updated")
    return nothing()


def asked_labels(practice: Practice, repo: Row, asked: object) -> list[Row]:
    """The labels that a list of ids or names means."""
    wanted = cast(list[object], asked) if isinstance(asked, list) else []
    return [row for row in practice.records.many("label", repo_id=repo["id"]) if row["id"] in wanted or row["name"] in wanted]
