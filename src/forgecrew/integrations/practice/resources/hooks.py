"""Webhooks of a repository."""

import json
from typing import cast

from forgecrew.integrations.practice.deliveries import subscribed
from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.paging import paged
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.records import Row, now
from forgecrew.integrations.practice.telling import shapes
from forgecrew.integrations.practice.web import Answer, Refusal, Request, nothing, reply

operations = Operations()


@operations.on("GET /repos/{owner}/{repo}/hooks", "repository")
async def hooks(practice: Practice, request: Request) -> Answer:
    """Webhooks of a repository."""
    repo = practice.repo(request, "admin")
    return paged(request, practice.records.many("hook", repo_id=repo["id"]), shapes(practice, request).hook)


@operations.on("POST /repos/{owner}/{repo}/hooks", "repository")
async def create(practice: Practice, request: Request) -> Answer:
    """Make a webhook; it is inactive unless `active` is true."""
    repo = practice.repo(request, "admin")
    asked = request.json()
    if asked.get("type") not in ("gitea", "forgejo"):
        raise Refusal(422, f"Invalid hook type: {asked.get('type')}")
    config = cast(Row, asked.get("config") or {})
    url = str(config.get("url") or "")
    if not url or not config.get("content_type"):
        raise Refusal(422, "Missing config option: " + ("content_type" if url else "url"))
    if not url.startswith(("http://", "https://")):
        raise Refusal(422, "Invalid url")
    made = practice.records.add(
        "hook",
        repo_id=repo["id"],
        url=url,
        secret=str(config.get("secret") or ""),
        events=json.dumps(subscribed(_words(asked))),
        active=int(asked.get("active") is True),
        created_at=now(),
        updated_at=now(),
    )
    return reply(shapes(practice, request).hook(practice.records.get("hook", made)), 201)


@operations.on("GET /repos/{owner}/{repo}/hooks/{id}", "repository")
async def get(practice: Practice, request: Request) -> Answer:
    """A webhook."""
    return reply(shapes(practice, request).hook(_hook(practice, request)))


@operations.on("PATCH /repos/{owner}/{repo}/hooks/{id}", "repository")
async def edit(practice: Practice, request: Request) -> Answer:
    """Change a webhook."""
    hook, asked = _hook(practice, request), request.json()
    changes: Row = {"updated_at": now()}
    if isinstance(asked.get("active"), bool):
        changes["active"] = int(asked["active"])
    if asked.get("events"):
        changes["events"] = json.dumps(subscribed(_words(asked)))
    for key, value in cast(Row, asked.get("config") or {}).items():
        if key in ("url", "secret"):
            changes[key] = str(value)
    practice.records.change("hook", {"id": hook["id"]}, **changes)
    return reply(shapes(practice, request).hook(practice.records.get("hook", hook["id"])))


@operations.on("DELETE /repos/{owner}/{repo}/hooks/{id}", "repository")
async def delete(practice: Practice, request: Request) -> Answer:
    """Remove a webhook."""
    practice.records.drop("hook", id=_hook(practice, request)["id"])
    return nothing()


def _hook(practice: Practice, request: Request) -> Row:
    repo = practice.repo(request, "admin")
    found = practice.records.one("hook", id=request.number("id"), repo_id=repo["id"])
    if found is None:
        raise Refusal(404, "The target couldn't be found.")
    return found


def _words(asked: Row) -> list[str]:
    return [str(word) for word in cast(list[object], asked.get("events") or [])]
