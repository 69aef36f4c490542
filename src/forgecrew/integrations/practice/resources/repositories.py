"""Repositories, their branches and files."""

import base64
import re

from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.paging import paged
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.records import Row, now
from forgecrew.integrations.practice.telling import shapes
from forgecrew.integrations.practice.web import Answer, Refusal, Request, reply

operations = Operations()
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")


@operations.on("POST /user/repos", "user")
async def create_own(practice: Practice, request: Request) -> Answer:
    """Make a repository of one's own."""
    return await _create(practice, request, request.me)


@operations.on("POST /admin/users/{username}/repos", "admin")
async def create_for(practice: Practice, request: Request) -> Answer:
    """Make a repository for somebody else."""
    if not request.me["is_admin"]:
        raise Refusal(403, "user should be the site admin")
    return await _create(practice, request, practice.account(request.parts["username"]))


@operations.on("GET /user/repos", "user")
async def mine(practice: Practice, request: Request) -> Answer:
    """Repositories that the caller owns or was added to."""
    shared = {row["repo_id"] for row in practice.records.many("collaborator", account_id=request.me["id"])}
    repos = [row for row in practice.records.many("repo") if row["owner_id"] == request.me["id"] or row["id"] in shared]
    return paged(request, repos, shapes(practice, request).repo)


@operations.on("GET /repos/{owner}/{repo}", "repository")
async def get(practice: Practice, request: Request) -> Answer:
    """A repository."""
    return reply(shapes(practice, request).repo(practice.repo(request)))


@operations.on("GET /repos/{owner}/{repo}/branches", "repository")
async def branches(practice: Practice, request: Request) -> Answer:
    """Branches of a repository."""
    repo = practice.repo(request)
    heads = await practice.git.heads(repo["id"])
    shown = [await _branch(practice, repo, name, sha) for name, sha in sorted(heads.items())]
    return paged(request, shown, lambda row: row)


@operations.on("GET /repos/{owner}/{repo}/branches/{*branch}", "repository")
async def branch(practice: Practice, request: Request) -> Answer:
    """A branch; its name may hold slashes."""
    repo = practice.repo(request)
    name = request.parts["branch"]
    sha = (await practice.git.heads(repo["id"])).get(name)
    if sha is None:
        raise Refusal(404, f"branch does not exist [repo_id: {repo['id']} name: {name}]")
    return reply(await _branch(practice, repo, name, sha))


@operations.on("GET /repos/{owner}/{repo}/contents/{*filepath}", "repository")
async def contents(practice: Practice, request: Request) -> Answer:
    """A file at `ref` (default branch where absent) with its content in base64, or the list of a folder."""
    repo, path = practice.repo(request), request.parts["filepath"].strip("/")
    asked = request.asked("ref") or repo["default_branch"]
    sha = await practice.git.commit(repo["id"], asked)
    if sha is None:
        raise Refusal(404, f"object does not exist [id: {asked}, rel_path: ]")
    names = await practice.git.folder(repo["id"], sha, path)
    if names is not None:
        return reply([{"name": name.rpartition("/")[2], "path": name, "type": kind} for name, kind in names])
    content = await practice.git.file(repo["id"], sha, path)
    if content is None:
        raise Refusal(404, f"object does not exist [id: , rel_path: {path}]")
    encoded = base64.b64encode(content).decode()
    shown = {"name": path.rpartition("/")[2], "path": path, "type": "file", "size": len(content), "target": None}
    return reply({**shown, "encoding": "base64", "content": encoded, "submodule_git_url": None})


async def _create(practice: Practice, request: Request, owner: Row) -> Answer:
    asked = request.json()
    name = str(asked.get("name") or "")
    branch = str(asked.get("default_branch") or "main")
    if not _NAME.fullmatch(name) or name in (".", "..") or name.endswith((".git", ".wiki")):
        raise Refusal(422, f"The repository name is invalid: {name}")
    if not _NAME.fullmatch(branch.replace("/", "-")):
        raise Refusal(422, "[DefaultBranch]: GitRefName")
    if practice.repo_named(owner["login"], name):
        raise Refusal(409, "The repository with the same name already exists.")
    made = practice.records.add(
        "repo",
        owner_id=owner["id"],
        name=name,
        description=str(asked.get("description") or ""),
        private=int(asked.get("private") is True),
        default_branch=branch,
        empty=1,
        created_at=now(),
        updated_at=now(),
    )
    await practice.git.create(made, branch)
    if asked.get("auto_init") is True:
        await practice.git.first_commit(made, branch, f"# {name}\n\n{asked.get('description') or ''}\n")
        practice.records.change("repo", {"id": made}, empty=0)
    return reply(shapes(practice, request).repo(practice.records.get("repo", made)), 201)


async def _branch(practice: Practice, repo: Row, name: str, sha: str) -> Row:
    message = await practice.git.subject(repo["id"], sha)
    return {
        "name": name,
        "commit": {"id": sha, "message": message, "url": "", "author": None, "committer": None, "verification": None},
        "protected": False,
        "required_approvals": 0,
        "enable_status_check": False,
        "status_check_contexts": [],
        "user_can_push": False,
        "user_can_merge": False,
        "effective_branch_protection_name": "",
    }
