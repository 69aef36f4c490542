"""The repository that a person means, as owner/name."""

from forgecrew.core.errors import ConfigError
from forgecrew.core.subject import RepoRef


def repo_named(repo: str) -> RepoRef:
    """The repository that a person means. Raises ConfigError."""
    try:
        return RepoRef.parse(repo)
    except ValueError as error:
        raise ConfigError(f"{error}: write the repository as owner/name") from error
