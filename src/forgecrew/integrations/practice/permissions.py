"""What an account may do in a repository."""

from forgecrew.integrations.practice.records import Records, Row

LEVELS = ("none", "read", "write", "admin", "owner")


def permission(records: Records, repo: Row, account: Row | None) -> str:
    """What an account may do in a repository: one of LEVELS."""
    public = "none" if repo["private"] else "read"
    if account is None:
        return public
    if account["is_admin"] or repo["owner_id"] == account["id"]:
        return "owner"
    row = records.one("collaborator", repo_id=repo["id"], account_id=account["id"])
    return row["permission"] if row else public


def at_least(have: str, need: str) -> bool:
    """Whether one level covers another."""
    return LEVELS.index(have) >= LEVELS.index(need)
