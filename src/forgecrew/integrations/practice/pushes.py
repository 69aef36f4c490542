"""What a push changes: webhooks about it, pull requests that move or end, and whether a repository is still empty."""

from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.records import Row, now
from forgecrew.integrations.practice.telling import notify, shapes, tell, tell_thread
from forgecrew.integrations.practice.web import Request

NO_COMMIT = "0" * 40


async def pushed(practice: Practice, request: Request, repo: Row, before: dict[str, str]) -> None:
    """Compare the branches with those before a push and tell what happened."""
    after = await practice.git.heads(repo["id"])
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if not changed:
        return
    practice.records.change("repo", {"id": repo["id"]}, empty=0 if after else 1, updated_at=now())
    for name in changed:
        await _tell_push(practice, request, repo, name, before.get(name, NO_COMMIT), after.get(name, NO_COMMIT))
        await _move_pulls(practice, request, repo, name, after.get(name))


async def _tell_push(practice: Practice, request: Request, repo: Row, branch: str, old: str, new: str) -> None:
    if new == NO_COMMIT:
        return  # a deletion is an event of its own, which nobody here subscribes to
    shape = shapes(practice, request)
    message = await practice.git.subject(repo["id"], new)
    url = f"{request.base}/{shape.full_name(repo)}/commit/{new}"
    head = {"id": new, "message": message, "url": url, "author": None, "committer": None}
    payload = {
        "ref": f"refs/heads/{branch}",
        "before": old,
        "after": new,
        "compare_url": "",
        "commits": [head],
        "total_commits": 1,
        "head_commit": head,
        "pusher": shape.user(request.me),
    }
    tell(practice, request, repo, "push", payload)


async def _move_pulls(practice: Practice, request: Request, repo: Row, branch: str, sha: str | None) -> None:
    for pull in practice.records.many("pull", repo_id=repo["id"], head=branch):
        issue = practice.records.get("issue", pull["issue_id"])
        if issue["state"] != "open":
            continue
        where = {"issue_id": issue["id"]}
        if sha is None:
            practice.records.change("issue", {"id": issue["id"]}, state="closed", closed_at=now(), updated_at=now())
            tell_thread(practice, request, issue, "issues", "closed")
            continue
        base_sha = await practice.git.commit(repo["id"], pull["base"]) or pull["base_sha"]
        merge_base = await practice.git.merge_base(repo["id"], base_sha, sha)
        practice.records.change("pull", where, head_sha=sha, base_sha=base_sha, merge_base=merge_base)
        practice.records.change("issue", {"id": issue["id"]}, updated_at=now())
        await practice.git.run(repo["id"], "update-ref", f"refs/pull/{issue['number']}/head", sha)
        moved = {"before": pull["head_sha"], "after": sha}
        tell_thread(practice, request, issue, "pull_request_sync", "synchronized", **moved)
        notify(practice, request, issue)
