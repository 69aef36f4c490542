"""Which repository a piece of JSON of Gitea and Forgejo is about."""

from forgecrew.core.subject import RepoRef
from forgecrew.integrations.gitea.fields import text


def repo_ref(value: object) -> RepoRef:
    """The repository that a `repository` object names. Raises ValueError where it names none."""
    full_name = text(value, "full_name")
    if full_name:
        return RepoRef.parse(full_name)
    owner = text(value, "owner", "login") or text(value, "owner")
    return RepoRef.parse(f"{owner}/{text(value, 'name')}")
