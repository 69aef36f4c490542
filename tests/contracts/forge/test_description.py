"""Every request of the adapter is one that Gitea describes, and the practice forge offers nothing that Gitea does not."""

import inspect
import json
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from forgecrew.core.commit_status import CommitStatus
from forgecrew.core.errors import RefusedError
from forgecrew.core.review import InlineComment
from forgecrew.ports.commit_statuses import CommitStatuses
from forgecrew.ports.issue_board import IssueBoard
from forgecrew.ports.people import People
from forgecrew.ports.pull_requests import PullRequests
from forgecrew.ports.repositories import Repositories
from tests.contracts.forge.description import Description, find, problems
from tests.forges import LiveForge, Team

BESIDE = Path(__file__).parents[4] / "shared" / "gitea" / "v1_swagger.json"


@pytest.fixture(scope="session")
def description() -> Description:
    file = Path(os.environ.get("FORGECREW_GITEA_DESCRIPTION", BESIDE))
    if not file.is_file():
        pytest.skip("no description of Gitea: set FORGECREW_GITEA_DESCRIPTION to a saved /swagger.v1.json")
    return json.loads(file.read_text("utf-8"))


class Asked:
    """Requests that an adapter made."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    async def __call__(self, request: httpx.Request) -> None:
        self.requests.append(request)

    def problems(self, description: Description, url: str) -> list[str]:
        found: list[str] = []
        for request in self.requests:
            path, _, query = request.url.raw_path.decode().partition("?")
            prefix = httpx.URL(url).path.rstrip("/") + "/api/v1"
            if path.startswith(prefix):
                body = json.loads(request.content) if request.content else None
                found += problems(description, request.method, path.removeprefix(prefix), query, body)
        return sorted(set(found))


class Counted:
    """One port of a forge that notes which of its methods were called."""

    def __init__(self, port: object, called: set[str]) -> None:
        self._port, self._called = port, called

    def __getattr__(self, name: str) -> Any:
        self._called.add(name)
        return getattr(self._port, name)


async def test_every_request_is_described(team: Team, description: Description) -> None:
    asked, called = Asked(), set[str]()
    watched = LiveForge(team.forge.url, team.forge.admin_token, team.forge.kind, watch=asked)
    owner, reviewer, admin = (
        watched.connect(team.owner),
        watched.connect(team.reviewer),
        watched.connect(team.forge.admin_token),
    )
    await call_issues(team, Counted(owner.issues, called))
    await call_repositories(team, Counted(owner.repositories, called))
    await call_pulls(team, Counted(owner.pulls, called), Counted(reviewer.pulls, called))
    await call_statuses(team, Counted(owner.statuses, called))
    await call_people(team, Counted(owner.people, called), Counted(admin.people, called))
    await owner.capabilities()
    for forge in (owner, reviewer, admin):
        await forge.close()
    offered = {name for port in (IssueBoard, PullRequests, Repositories, People, CommitStatuses)
               for name, _ in inspect.getmembers(port, inspect.isfunction) if not name.startswith("_")}  # fmt: skip
    assert called == offered
    assert asked.problems(description, team.forge.url) == []
    assert len(asked.requests) > len(offered)


async def call_issues(team: Team, issues: Any) -> None:
    made = await issues.create_issue(team.repo, "t", "b", assignees=[team.owner.login])
    await issues.issue(team.repo, made.number)
    comment = await issues.comment(team.repo, made.number, "c")
    await issues.edit_comment(team.repo, comment.id, "d")
    await issues.comments(team.repo, made.number)
    await issues.react(team.repo, made.number, "eyes")
    await issues.reactions(team.repo, made.number)
    await team.as_owner.repositories.create_label(team.repo, "bug", "#ee0701", "")
    await issues.labels(team.repo)
    await issues.add_labels(team.repo, made.number, ["bug"])
    for word in ("assigned", "mentioned", "review_requested", "all"):
        await issues.search(filter=word, since=made.updated_at)


async def call_repositories(team: Team, repositories: Any) -> None:
    await repositories.repo(team.repo)
    await repositories.repos()
    await repositories.branch_sha(team.repo, "a/b")
    await repositories.file(team.repo, "sums/add.py", at="main")
    await repositories.folder(team.repo, "sums", at="main")
    await repositories.add_file(team.repo, "notes/a.md", b"x", base="main", branch="agents/note", message="m")
    await repositories.add_hook(team.repo, url="http://127.0.0.1:9/", secret="s", events=["issues"])
    await repositories.hooks(team.repo)
    await repositories.create_label(team.repo, "docs", "#ee0701", "d")


async def call_pulls(team: Team, pulls: Any, reviewing: Any) -> None:
    sha = await team.forge.push(team.owner, team.repo, "agents/fix", {"sums/add.py": "x = 1\n"})
    made = await pulls.open_pull(team.repo, head="agents/fix", base="main", title="t", body="b")
    await pulls.pull(team.repo, made.number)
    await pulls.find_pull(team.repo, head="agents/fix", base="main")
    await pulls.edit_pull(team.repo, made.number, title="u", body="v")
    await pulls.diff(team.repo, made.number)
    await pulls.files(team.repo, made.number)
    await pulls.request_review(team.repo, made.number, [team.reviewer.login])
    remarks = [InlineComment("sums/add.py", 1, "new"), InlineComment("sums/add.py", -1, "old")]
    await reviewing.review(team.repo, made.number, verdict="COMMENT", body="b", commit_sha=sha, comments=remarks)
    await pulls.reviews(team.repo, made.number)


async def call_statuses(team: Team, statuses: Any) -> None:
    sha = await team.forge.push(team.owner, team.repo, "agents/told", {"sums/add.py": "x = 2\n"})
    await statuses.set(team.repo, sha, CommitStatus("forgecrew/preview", "pending", "d", "http://127.0.0.1:9/"))
    await statuses.of(team.repo, sha)


async def call_people(team: Team, people: Any, admin: Any) -> None:
    await people.me()
    await people.version()
    for login in (team.owner.login, team.stranger.login):
        await people.permission(team.repo, login)
        await team.as_agent.people.permission(team.repo, login)
    await people.notifications()
    await people.add_collaborator(team.repo, team.stranger.login, "read")
    await people.add_collaborator(team.repo, team.stranger.login, "none")
    login = f"described-{secrets.token_hex(3)}"
    await admin.create_account(login, full_name="D", email=f"{login}@example.org", password="a-password-1")
    for _ in range(2):
        await admin.create_token(login, password="a-password-1", name="n", scopes=["all"])
    with suppress(RefusedError):  # whether it is ours or not, the request is the same
        await people.mark_read(1)


async def test_practice_forge_offers_what_gitea_offers(practice_forge: LiveForge, description: Description) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        own = (await client.get(f"{practice_forge.url}/swagger.v1.json")).json()
    offered = {f"{method} {path}" for path, methods in own["paths"].items() for method in methods}
    described = {f"{method} {path}" for path, methods in description["paths"].items() for method in methods}
    assert offered - described == set()
    assert len(offered) > 40


def test_the_check_finds_what_is_wrong(description: Description) -> None:
    assert problems(description, "GET", "/repos/a/b/moon", "", None) == ["GET /repos/a/b/moon is no operation"]
    assert find(description, "GET", "/repos/a/b/branches/x/y") == "/repos/{owner}/{repo}/branches/{branch}"
    wrong = problems(description, "POST", "/repos/a/b/issues", "page=1", {"title": "t", "titel": "t"})
    assert wrong == [
        "POST /repos/{owner}/{repo}/issues: no query parameter page",
        "POST /repos/{owner}/{repo}/issues: body has no field titel",
    ]
    review = {"comments": [{"path": "x", "line": 3}]}
    assert problems(description, "POST", "/repos/a/b/pulls/1/reviews", "", review) == [
        "POST /repos/{owner}/{repo}/pulls/{index}/reviews: body.comments[] has no field line"
    ]
