"""Pull requests between branches of one repository."""

from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.paging import paged
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.records import Row
from forgecrew.integrations.practice.telling import notify, shapes, tell_thread
from forgecrew.integrations.practice.thread_changes import add_thread, asked_accounts, change_thread
from forgecrew.integrations.practice.web import Answer, Refusal, Request, reply

operations = Operations()


@operations.on("GET /repos/{owner}/{repo}/pulls", "repository")
async def pulls(practice: Practice, request: Request) -> Answer:
    """Pull requests, newest first. As in Gitea, empty lists in them are null here, though not where one is asked for."""
    repo, state = practice.repo(request), request.asked("state") or "open"
    rows = practice.records.many("issue", by="number DESC", repo_id=repo["id"], is_pull=1)
    rows = [row for row in rows if state in ("all", row["state"])]
    shape = shapes(practice, request).pull
    return paged(request, rows, lambda row: {key: None if value == [] and key != "labels" else value
                                             for key, value in shape(row).items()})  # fmt: skip


@operations.on("POST /repos/{owner}/{repo}/pulls", "repository")
async def create(practice: Practice, request: Request) -> Answer:
    """Open a pull request; 409 while another of the same branches is open."""
    repo, asked = practice.repo(request), request.json()
    head = str(asked.get("head") or "").removeprefix(f"{request.parts['owner']}:")
    base, title, body = (str(asked.get(key) or "") for key in ("base", "title", "body"))
    author = request.me
    if not title.strip() or not head or not base:
        raise Refusal(422, "title, head and base must not be empty")
    if head == base:
        raise Refusal(422, "Invalid PullRequest: There are no changes between the head and the base")
    heads = await practice.git.heads(repo["id"])
    for name in (base, head):
        if name not in heads:
            raise Refusal(404, f"branch does not exist [repo_id: {repo['id']} name: {name}]")
    accounts = asked_accounts(practice, repo, asked.get("assignees") or asked.get("assignee"))
    merge_base = await practice.git.merge_base(repo["id"], heads[base], heads[head])
    if found := open_between(practice, repo, head, base):
        told = f"pull request already exists for these targets [id: {found['id']}, issue_id: {found['id']}, "
        raise Refusal(409, told + f"head_repo_id: {repo['id']}, base_repo_id: {repo['id']}, "
                      f"head_branch: {head}, base_branch: {base}]")  # fmt: skip
    issue = add_thread(practice, request, repo, title, body, is_pull=True)
    practice.records.add(
        "pull", issue_id=issue["id"], repo_id=repo["id"], head=head, base=base,
        head_sha=heads[head], base_sha=heads[base], merge_base=merge_base,
    )  # fmt: skip
    for account in accounts:
        practice.records.add("assignee", issue_id=issue["id"], account_id=account["id"])
    await practice.git.run(repo["id"], "update-ref", f"refs/pull/{issue['number']}/head", heads[head])
    tell_thread(practice, request, issue, "issues", "opened")
    notify(practice, request, issue, author["id"], text=f"{title}\n{body}")
    return reply(shapes(practice, request).pull(issue), 201)


@operations.on("GET /repos/{owner}/{repo}/pulls/{index}", "repository")
async def get(practice: Practice, request: Request) -> Answer:
    """A pull request."""
    return reply(shapes(practice, request).pull(practice.pull(request, practice.repo(request))[0]))


@operations.on("PATCH /repos/{owner}/{repo}/pulls/{index}", "repository")
async def edit(practice: Practice, request: Request) -> Answer:
    """Change title, body, state or assignees."""
    repo = practice.repo(request)
    issue = change_thread(practice, request, repo, practice.pull(request, repo)[0])
    return reply(shapes(practice, request).pull(issue), 201)


@operations.on("GET /repos/{owner}/{repo}/pulls/{base}/{*head}", "repository")
async def between(practice: Practice, request: Request) -> Answer:
    """The open pull request of two branches."""
    repo = practice.repo(request)
    found = open_between(practice, repo, request.parts["head"], request.parts["base"])
    if found is None:
        raise Refusal(404, "pull request does not exist [id: 0, issue_id: 0, head_repo_id: 0, base_repo_id: 0]")
    return reply(shapes(practice, request).pull(found))


def open_between(practice: Practice, repo: Row, head: str, base: str) -> Row | None:
    """The issue row of the open pull request of two branches."""
    rows = practice.records.many("pull", repo_id=repo["id"], head=head, base=base)
    issues = [practice.records.get("issue", row["issue_id"]) for row in rows]
    return next((issue for issue in issues if issue["state"] == "open"), None)
