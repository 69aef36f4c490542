"""What every resource of the practice forge works with: rows, git, webhooks on their way, and looking up what a path names."""

from dataclasses import dataclass
from pathlib import Path

from forgecrew.integrations.practice.deliveries import Deliveries
from forgecrew.integrations.practice.git import Git
from forgecrew.integrations.practice.permissions import at_least, permission
from forgecrew.integrations.practice.records import Records, Row
from forgecrew.integrations.practice.web import Refusal, Request


@dataclass(slots=True)
class Practice:
    """One practice forge on one folder."""

    records: Records
    git: Git
    deliveries: Deliveries

    def repo(self, request: Request, need: str = "read") -> Row:
        """The repository that a path names; 404 where it is not shown to the caller, 403 where the right is missing."""
        found = self.repo_named(request.parts["owner"], request.parts["repo"])
        have = permission(self.records, found, request.caller) if found else "none"
        if found is None or have == "none":
            raise Refusal(404, "The target couldn't be found.")
        if need != "read" and request.caller is None:
            raise Refusal(401, "token is required")
        if not at_least(have, need):
            raise Refusal(403, f"user should have a permission to {need} to a repo")
        return found

    def may(self, request: Request, repo: Row, need: str) -> bool:
        """Whether the caller has a right in a repository."""
        return at_least(permission(self.records, repo, request.caller), need)

    def repo_named(self, owner: str, name: str) -> Row | None:
        """A repository by its names."""
        account = self.records.one("account", login=owner)
        return self.records.one("repo", owner_id=account["id"], name=name) if account else None

    def issue(self, request: Request, repo: Row) -> Row:
        """The issue or pull request that a path names."""
        found = self.records.one("issue", repo_id=repo["id"], number=request.number("index"))
        if found is None:
            raise Refusal(404, f"issue does not exist [repo_id: {repo['id']}, index: {request.parts['index']}]")
        return found

    def pull(self, request: Request, repo: Row) -> tuple[Row, Row]:
        """The pull request that a path names: its issue row and its pull row."""
        issue = self.records.one("issue", repo_id=repo["id"], number=request.number("index"), is_pull=1)
        if issue is None:
            raise Refusal(404, f"pull request does not exist [repo_id: {repo['id']}, index: {request.parts['index']}]")
        return issue, self.pull_of(issue)

    def pull_of(self, issue: Row) -> Row:
        """The pull row of an issue row that is one."""
        found = self.records.one("pull", issue_id=issue["id"])
        if found is None:
            raise LookupError(f"issue {issue['id']} is no pull request")
        return found

    def account(self, login: object) -> Row:
        """An account by login; 404 for unknown ones."""
        found = self.records.one("account", login=login)
        if found is None:
            raise Refusal(404, f"user does not exist [uid: 0, name: {login}]")
        return found

    def owner(self, repo: Row) -> Row:
        """Who owns a repository."""
        return self.records.get("account", repo["owner_id"])


def open_practice(folder: Path) -> Practice:
    """The practice forge that lives in a folder, made there if it is new."""
    folder.mkdir(parents=True, exist_ok=True)
    return Practice(Records(folder / "practice.sqlite"), Git(folder / "repositories"), Deliveries())
