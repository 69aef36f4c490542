"""Files written through the API: a new one, committed to a branch that is made for it or is there."""

import base64
import binascii

from forgecrew.integrations.practice.file_commits import commit_file
from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.pushes import pushed
from forgecrew.integrations.practice.web import Answer, Refusal, Request, reply

operations = Operations()


@operations.on("POST /repos/{owner}/{repo}/contents/{*filepath}", "repository")
async def create(practice: Practice, request: Request) -> Answer:
    """A new file with `content` (base64) on `branch`, or on `new_branch` made from it; 422 where the file is there."""
    repo, asked = practice.repo(request, "write"), request.json()
    path = request.parts["filepath"].strip("/")
    base, new = str(asked.get("branch") or repo["default_branch"]), str(asked.get("new_branch") or "")
    before = await practice.git.heads(repo["id"])
    start = before.get(base)
    if start is None:
        raise Refusal(404, f"branch does not exist [name: {base}]")
    if new and new in before:
        raise Refusal(422, f"branch already exists [name: {new}]")
    if await practice.git.file(repo["id"], start, path) is not None:
        raise Refusal(422, f"repository file already exists [path: {path}]")
    try:
        content = base64.b64decode(str(asked.get("content") or ""), validate=True)
    except binascii.Error:
        raise Refusal(422, "content is no base64") from None
    message = str(asked.get("message") or f"Add {path}")
    sha = await commit_file(
        practice.git, repo["id"], start=start, branch=new or base, path=path, content=content, message=message, who=request.me
    )  # fmt: skip
    await pushed(practice, request, repo, before)
    return reply({"content": {"path": path, "type": "file", "size": len(content)}, "commit": {"sha": sha}}, 201)
