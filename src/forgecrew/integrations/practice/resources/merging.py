"""Merging pull requests: a merge commit or a squashed one."""

from forgecrew.integrations.practice.git import GitError
from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.pushes import pushed
from forgecrew.integrations.practice.records import Row, now
from forgecrew.integrations.practice.telling import notify, tell_thread
from forgecrew.integrations.practice.threads import draft
from forgecrew.integrations.practice.web import Answer, Refusal, Request, nothing

operations = Operations()


@operations.on("POST /repos/{owner}/{repo}/pulls/{index}/merge", "repository")
async def merge(practice: Practice, request: Request) -> Answer:
    """Merge: 405 where it is not allowed now, 409 where the head moved or there are conflicts."""
    repo = practice.repo(request, "write")
    issue, pull = practice.pull(request, repo)
    asked = request.json()
    style = str(asked.get("do") or asked.get("Do") or "")
    if style not in ("merge", "squash"):
        raise Refusal(422, "[Do]: only merge and squash are offered here")
    if issue["state"] != "open" or draft(issue["title"]):
        raise Refusal(405, "Work in progress PRs cannot be merged" if issue["state"] == "open" else "The PR is closed")
    if asked.get("head_commit_id") not in (None, "", pull["head_sha"]):
        raise Refusal(409, "head out of date")
    before = await practice.git.heads(repo["id"])
    sha = await _commit(practice, request, issue, pull, before[pull["base"]], style)
    await practice.git.run(repo["id"], "update-ref", f"refs/heads/{pull['base']}", sha, before[pull["base"]])
    practice.records.change(
        "pull", {"issue_id": issue["id"]}, merged_at=now(), merged_by=request.me["id"], merge_sha=sha, base_sha=sha
    )
    practice.records.change("issue", {"id": issue["id"]}, state="closed", closed_at=now(), updated_at=now())
    tell_thread(practice, request, issue, "issues", "closed")
    notify(practice, request, issue)
    await pushed(practice, request, repo, before)
    return nothing(200)


async def _commit(practice: Practice, request: Request, issue: Row, pull: Row, base_sha: str, style: str) -> str:
    git, repo_id = practice.git, pull["repo_id"]
    try:
        tree = await git.run(repo_id, "merge-tree", "--write-tree", base_sha, pull["head_sha"])
    except GitError as error:
        raise Refusal(409, "merge conflict") from error
    asked = request.json()
    title = asked.get("merge_title_field") or asked.get("MergeTitleField") or f"{issue['title']} (#{issue['number']})"
    parents = ["-p", base_sha] + (["-p", pull["head_sha"]] if style == "merge" else [])
    commit = await git.run(repo_id, "commit-tree", tree.decode().split()[0], *parents, "-m", str(title))
    return commit.decode().strip()
