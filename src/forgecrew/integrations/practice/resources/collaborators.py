"""Who may do what in a repository."""

from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.paging import paged
from forgecrew.integrations.practice.permissions import at_least, permission
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.records import Row
from forgecrew.integrations.practice.telling import shapes
from forgecrew.integrations.practice.web import Answer, Refusal, Request, nothing, reply

operations = Operations()


@operations.on("GET /repos/{owner}/{repo}/collaborators", "repository")
async def collaborators(practice: Practice, request: Request) -> Answer:
    """Accounts that were added to a repository."""
    rows = practice.records.many("collaborator", repo_id=practice.repo(request)["id"])
    return paged(request, rows, lambda row: shapes(practice, request).user_by_id(row["account_id"]))


@operations.on("GET /repos/{owner}/{repo}/collaborators/{collaborator}/permission", "repository")
async def permission_of(practice: Practice, request: Request) -> Answer:
    """What an account may do; only repository administrators may ask about others."""
    repo = practice.repo(request)
    asked = request.parts["collaborator"]
    if request.me["login"].lower() != asked.lower() and not practice.may(request, repo, "admin"):
        raise Refusal(403, "Only admins can query all permissions, repo admins can query all repo permissions, "
                           "collaborators can query only their own")  # fmt: skip
    account = practice.account(asked)
    word = permission(practice.records, repo, account)
    return reply({"permission": word, "role_name": word, "user": shapes(practice, request).user(account)})


@operations.on("PUT /repos/{owner}/{repo}/collaborators/{collaborator}", "repository")
async def add(practice: Practice, request: Request) -> Answer:
    """Add an account, or change what it may do."""
    repo = practice.repo(request, "admin")
    word = str(request.json().get("permission") or "write")
    if word not in ("read", "write", "admin"):
        raise Refusal(422, "[Permission]: In")
    try:
        account = practice.account(request.parts["collaborator"])
    except Refusal as error:
        raise Refusal(422, error.message) from error
    if account["id"] != repo["owner_id"]:
        practice.records.drop("collaborator", repo_id=repo["id"], account_id=account["id"])
        practice.records.add("collaborator", repo_id=repo["id"], account_id=account["id"], permission=word)
    return nothing()


@operations.on("DELETE /repos/{owner}/{repo}/collaborators/{collaborator}", "repository")
async def remove(practice: Practice, request: Request) -> Answer:
    """Take an account's rights away."""
    repo = practice.repo(request, "admin")
    account = practice.account(request.parts["collaborator"])
    practice.records.drop("collaborator", repo_id=repo["id"], account_id=account["id"])
    return nothing()


@operations.on("GET /repos/{owner}/{repo}/assignees", "repository")
async def assignees(practice: Practice, request: Request) -> Answer:
    """Accounts that can be assigned: those that can write. This list is not paginated."""
    request.me  # noqa: B018 - strangers are refused
    rows = [row for row in writers(practice, practice.repo(request))]
    return reply([shapes(practice, request).user(row) for row in rows])


def writers(practice: Practice, repo: Row) -> list[Row]:
    """Accounts that own a repository or were given the right to write."""
    ids = [repo["owner_id"]]
    rows = practice.records.many("collaborator", repo_id=repo["id"])
    ids += [row["account_id"] for row in rows if at_least(row["permission"], "write")]
    return [practice.records.get("account", account_id) for account_id in ids]
