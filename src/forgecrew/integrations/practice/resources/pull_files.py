"""What a pull request changes: as a diff, and file by file."""

from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.paging import paged
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.records import Row
from forgecrew.integrations.practice.web import Answer, Refusal, Request

operations = Operations()
_STATUS = {"A": "added", "D": "deleted", "T": "changed"}


@operations.on("GET /repos/{owner}/{repo}/pulls/{index}.{diffType}", "repository")
async def diff(practice: Practice, request: Request) -> Answer:
    """The unified diff as text."""
    repo = practice.repo(request)
    if request.parts["diffType"] != "diff":
        raise Refusal(404, "only .diff is offered here")
    _, pull = practice.pull(request, repo)
    text = await practice.git.diff(repo["id"], pull["merge_base"], pull["head_sha"])
    return Answer(200, text, "text/plain; charset=utf-8")


@operations.on("GET /repos/{owner}/{repo}/pulls/{index}/files", "repository")
async def files(practice: Practice, request: Request) -> Answer:
    """Changed files."""
    repo = practice.repo(request)
    _, pull = practice.pull(request, repo)
    rows = [_file(*row) for row in await practice.git.changed(repo["id"], pull["merge_base"], pull["head_sha"])]
    return paged(request, rows, lambda row: row)


def _file(path: str, letter: str, additions: int, deletions: int) -> Row:
    return {
        "filename": path,
        "status": _STATUS.get(letter, "changed"),
        "additions": additions,
        "deletions": deletions,
        "changes": additions + deletions,
        "html_url": "",
        "contents_url": "",
        "raw_url": "",
    }
