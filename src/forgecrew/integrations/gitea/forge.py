"""One account's connection to a Gitea or Forgejo, and what the instance offers."""

from typing import cast

from forgecrew.core.errors import NotFound
from forgecrew.core.json import Json
from forgecrew.integrations.gitea.fields import dig
from forgecrew.integrations.gitea.http import Transport, Watch
from forgecrew.integrations.gitea.issues import GiteaIssues
from forgecrew.integrations.gitea.people import GiteaPeople
from forgecrew.integrations.gitea.pulls import GiteaPulls
from forgecrew.integrations.gitea.repositories import GiteaRepositories
from forgecrew.ports.forge import Forge, ForgeCapabilities
from forgecrew.ports.issue_board import IssueBoard
from forgecrew.ports.people import People
from forgecrew.ports.pull_requests import PullRequests
from forgecrew.ports.repositories import Repositories

_METHODS = frozenset({"get", "post", "put", "patch", "delete"})


class GiteaForge:
    """Implements ports.forge.Forge."""

    def __init__(self, transport: Transport) -> None:
        self.issues: IssueBoard = GiteaIssues(transport)
        self.pulls: PullRequests = GiteaPulls(transport)
        self.repositories: Repositories = GiteaRepositories(transport)
        self.people: People = GiteaPeople(transport)
        self._http = transport
        self._capabilities: ForgeCapabilities | None = None

    async def capabilities(self) -> ForgeCapabilities:
        """What the instance offers; no operations are told where it hides its description."""
        if self._capabilities is None:
            version = await self.people.version()
            try:
                paths = dig((await self._http.outside("/swagger.v1.json")).json(), "paths")
            except (NotFound, ValueError):
                paths = None
            self._capabilities = ForgeCapabilities(version, _operations(paths))
        return self._capabilities

    async def close(self) -> None:
        """Give connections back."""
        await self._http.close()


def connect(url: str, token: str, *, watch: Watch | None = None) -> Forge:
    """A forge at a base URL (sub-paths are fine) as the account of a token; `watch` sees every request. No I/O yet."""
    return GiteaForge(Transport(url, token, watch=watch))


def _operations(paths: object) -> frozenset[str]:
    if not isinstance(paths, dict):
        return frozenset()
    templates = cast(Json, paths)
    return frozenset(
        f"{method.upper()} {path}" for path in templates for method in _METHODS if dig(templates, path, method) is not None
    )
