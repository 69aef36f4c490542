"""What effects are done with, and how fast."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from forgecrew.core.errors import ConfigError
from forgecrew.guard.filters import OutgoingFilter
from forgecrew.ports.code_push import CodePush
from forgecrew.ports.forge import Forge


class Hands:
    """Write tokens by account, how to connect with one, git, and the last look at texts."""

    def __init__(
        self, tokens: Mapping[str, str], connect: Callable[[str], Forge], push: CodePush, outgoing: OutgoingFilter
    ) -> None:
        self._tokens, self._connect = tokens, connect
        self.push, self.outgoing = push, outgoing
        self._forges: dict[str, Forge] = {}

    def token(self, agent: str) -> str:
        """The agent's write token. Raises ConfigError when there is none."""
        if agent not in self._tokens:
            raise ConfigError(f"no write token for the account {agent!r}: run `forgecrew init` again, it adds what is missing")
        return self._tokens[agent]

    def forge(self, agent: str) -> Forge:
        """The agent's own connection, made when it is first needed."""
        if agent not in self._forges:
            self._forges[agent] = self._connect(self.token(agent))
        return self._forges[agent]

    async def close(self) -> None:
        """Give connections back."""
        for forge in self._forges.values():
            await forge.close()
        self._forges.clear()


@dataclass(frozen=True, slots=True)
class Pace:
    """Times in seconds. `grace` is how long a forge may still be working on what a dead process asked of it.

    `settle` is the same for what the forge would do twice: there a second look follows before anything is written again.
    """

    poll: float = 0.15
    beat: float = 2.0
    lease: float = 6.0
    grace: float = 2.0
    settle: float = 10.0
    effect_max: float = 300.0
    retry_max: float = 60.0
    expire_after: float = 24 * 3600.0
    parallel: int = 8
