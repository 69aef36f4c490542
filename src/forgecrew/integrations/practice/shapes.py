"""Rows as Gitea's JSON: accounts, repositories, labels, hooks. Null stands where Gitea sends null."""

import json
from dataclasses import dataclass

from forgecrew.integrations.practice.permissions import LEVELS, permission
from forgecrew.integrations.practice.records import Records, Row

NEVER = "0001-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Shapes:
    """Shapes for one request: `base` is the address in the links, `caller` decides what is shown."""

    records: Records
    base: str
    caller: Row | None = None

    def user(self, account: Row) -> Row:
        """An account."""
        shown = self.caller is not None and (self.caller["id"] == account["id"] or bool(self.caller["is_admin"]))
        return {
            "id": account["id"],
            "login": account["login"],
            "login_name": "",
            "source_id": 0,
            "full_name": account["full_name"],
            "email": account["email"] if shown else f"{account['login'].lower()}@noreply.localhost",
            "avatar_url": "",
            "html_url": f"{self.base}/{account['login']}",
            "language": "",
            "is_admin": bool(account["is_admin"]) if shown else False,
            "last_login": NEVER,
            "created": account["created_at"],
            "restricted": False,
            "active": shown,
            "prohibit_login": False,
            "location": "",
            "website": "",
            "description": "",
            "visibility": "public",
            "followers_count": 0,
            "following_count": 0,
            "starred_repos_count": 0,
            "username": account["login"],
        }

    def user_by_id(self, account_id: int) -> Row:
        """An account by its id."""
        return self.user(self.records.get("account", account_id))

    def full_name(self, repo: Row) -> str:
        """`owner/name`."""
        return f"{self.records.get('account', repo['owner_id'])['login']}/{repo['name']}"

    def repo(self, repo: Row) -> Row:
        """A repository."""
        full_name = self.full_name(repo)
        level = LEVELS.index(permission(self.records, repo, self.caller))
        issues = self.records.many("issue", repo_id=repo["id"], state="open")
        return {
            "id": repo["id"],
            "owner": self.user_by_id(repo["owner_id"]),
            "name": repo["name"],
            "full_name": full_name,
            "description": repo["description"],
            "empty": bool(repo["empty"]),
            "private": bool(repo["private"]),
            "fork": False,
            "template": False,
            "mirror": False,
            "size": 0,
            "language": "",
            "url": f"{self.base}/api/v1/repos/{full_name}",
            "html_url": f"{self.base}/{full_name}",
            "clone_url": f"{self.base}/{full_name}.git",
            "ssh_url": "",
            "link": "",
            "original_url": "",
            "website": "",
            "stars_count": 0,
            "forks_count": 0,
            "watchers_count": 1,
            "open_issues_count": sum(1 for issue in issues if not issue["is_pull"]),
            "open_pr_counter": sum(1 for issue in issues if issue["is_pull"]),
            "default_branch": repo["default_branch"],
            "archived": False,
            "created_at": repo["created_at"],
            "updated_at": repo["updated_at"],
            "permissions": {"admin": level >= 3, "push": level >= 2, "pull": level >= 1},
            "has_issues": True,
            "has_pull_requests": True,
            "internal": False,
            "mirror_interval": "",
            "object_format_name": "sha1",
            "topics": [],
            "licenses": [],
        }

    def label(self, repo: Row, label: Row) -> Row:
        """A label; its color has no `#`."""
        return {
            "id": label["id"],
            "name": label["name"],
            "exclusive": False,
            "is_archived": False,
            "color": label["color"],
            "description": label["description"],
            "url": f"{self.base}/api/v1/repos/{self.full_name(repo)}/labels/{label['id']}",
        }

    def hook(self, hook: Row) -> Row:
        """A webhook, without its secret."""
        return {
            "id": hook["id"],
            "type": "gitea",
            "branch_filter": "",
            "config": {"content_type": "json", "url": hook["url"]},
            "events": json.loads(hook["events"]),
            "authorization_header": "",
            "active": bool(hook["active"]),
            "name": "",
            "updated_at": hook["updated_at"],
            "created_at": hook["created_at"],
        }

    def token(self, token: Row, secret: str = "") -> Row:
        """An access token; its secret only right after it was made."""
        return {
            "id": token["id"],
            "name": token["name"],
            "sha1": secret,
            "token_last_eight": token["last_eight"],
            "scopes": token["scopes"].split(","),
            "created_at": token["created_at"],
            "last_used_at": token["created_at"],
        }
