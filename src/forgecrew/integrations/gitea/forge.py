"""One account's connection to a Gitea or Forgejo, and what the instance offers."""

from forgecrew.integrations.gitea.description import operations
from forgecrew.integrations.gitea.http import Transport, Watch
from forgecrew.integrations.gitea.issues import issue_board
from forgecrew.integrations.gitea.pulls import pull_requests
from forgecrew.integrations.gitea.repositories import repositories
from forgecrew.integrations.gitea.side_ports import side_ports
from forgecrew.ports.forge import Forge, ForgeCapabilities


class GiteaForge:
    """Implements ports.forge.Forge."""

    def __init__(self, transport: Transport) -> None:
        self.issues = issue_board(transport)
        self.pulls = pull_requests(transport)
        self.repositories = repositories(transport)
        beside = side_ports(transport)
        self.people, self.attachments, self.statuses = beside.people, beside.attachments, beside.statuses
        self._http = transport
        self._capabilities: ForgeCapabilities | None = None

    async def capabilities(self) -> ForgeCapabilities:
        """What the instance offers; no operations are told where it hides its description."""
        if self._capabilities is None:
            version = await self.people.version()
            self._capabilities = ForgeCapabilities(version, await operations(self._http))
        return self._capabilities

    async def close(self) -> None:
        """Give connections back."""
        await self._http.close()


def connect(url: str, token: str, *, watch: Watch | None = None) -> Forge:
    """A forge at a base URL (sub-paths are fine) as the account of a token; `watch` sees every request. No I/O yet."""
    return GiteaForge(Transport(url, token, watch=watch))
