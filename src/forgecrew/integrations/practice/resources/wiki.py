"""Wikis: pages of a repository that people write in the browser; each change counts as a commit."""

import base64
import binascii
import hashlib
from urllib.parse import quote

from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.paging import paged
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.records import Row, now
from forgecrew.integrations.practice.web import Answer, Refusal, Request, nothing, reply

operations = Operations()
_PAGE = "/repos/{owner}/{repo}/wiki/page/{pageName}"


@operations.on("GET /repos/{owner}/{repo}/wiki/pages", "repository")
async def pages(practice: Practice, request: Request) -> Answer:
    """Pages without their texts; 404 before the first one is written."""
    repo = practice.repo(request)
    rows = practice.records.many("wiki_page", by="title", repo_id=repo["id"])
    if not rows:
        raise Refusal(404, "The target couldn't be found.")
    return paged(request, rows, lambda row: _shape(practice, request, row))


@operations.on(f"GET {_PAGE}", "repository")
async def page(practice: Practice, request: Request) -> Answer:
    """One page with its text."""
    row = _page(practice, request, practice.repo(request))
    return reply(_shape(practice, request, row) | {"content_base64": base64.b64encode(row["content"].encode()).decode()})


@operations.on("POST /repos/{owner}/{repo}/wiki/new", "repository")
async def create(practice: Practice, request: Request) -> Answer:
    """Write a new page."""
    repo = practice.repo(request, "write")
    title = str(request.json().get("title") or "").strip()
    if not title or practice.records.one("wiki_page", repo_id=repo["id"], title=title):
        raise Refusal(400, "wiki page already exists" if title else "title is required")
    columns = _written(request)
    made = practice.records.add("wiki_page", repo_id=repo["id"], title=title, **columns)
    return reply(_shape(practice, request, practice.records.get("wiki_page", made)), 201)


@operations.on(f"PATCH {_PAGE}", "repository")
async def edit(practice: Practice, request: Request) -> Answer:
    """Write a page anew, under another title if one is given."""
    row = _page(practice, request, practice.repo(request, "write"))
    title = str(request.json().get("title") or row["title"]).strip()
    practice.records.change("wiki_page", {"id": row["id"]}, title=title, **_written(request))
    return reply(_shape(practice, request, practice.records.get("wiki_page", row["id"])))


@operations.on(f"DELETE {_PAGE}", "repository")
async def remove(practice: Practice, request: Request) -> Answer:
    """Remove a page."""
    row = _page(practice, request, practice.repo(request, "write"))
    practice.records.drop("wiki_page", id=row["id"])
    return nothing()


def _page(practice: Practice, request: Request, repo: Row) -> Row:
    """By its title, or by that with dashes for spaces, as it stands in addresses."""
    wanted = request.parts["pageName"]
    for row in practice.records.many("wiki_page", repo_id=repo["id"]):
        if wanted in (row["title"], _sub_url(row["title"])):
            return row
    raise Refusal(404, "The target couldn't be found.")


def _written(request: Request) -> Row:
    try:
        content = base64.b64decode(str(request.json().get("content_base64") or "")).decode("utf-8", "replace")
    except binascii.Error:
        raise Refusal(400, "content_base64 is no base64") from None
    moment = now()
    sha = hashlib.sha1(f"{moment}\n{content}".encode(), usedforsecurity=False).hexdigest()
    caller = request.caller or {}
    return {"content": content, "sha": sha, "account_id": caller["id"], "updated_at": moment}


def _sub_url(title: str) -> str:
    return title.replace(" ", "-")


def _shape(practice: Practice, request: Request, row: Row) -> Row:
    repo, account = practice.records.get("repo", row["repo_id"]), practice.records.get("account", row["account_id"])
    owner = practice.records.get("account", repo["owner_id"])
    who = {"name": account["full_name"] or account["login"], "email": account["email"], "date": row["updated_at"]}
    address = f"{request.base}/{owner['login']}/{repo['name']}/wiki/{quote(_sub_url(row['title']))}"
    commit = {"sha": row["sha"], "author": who, "commiter": who, "message": ""}
    return {"title": row["title"], "html_url": address, "sub_url": quote(_sub_url(row["title"])), "last_commit": commit}
