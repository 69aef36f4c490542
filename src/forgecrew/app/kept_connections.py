"""Connections of the process `work` to forge and models, made once and kept: per account and per role."""

from forgecrew.app.connect_forge import forge_as
from forgecrew.app.connect_model import model_of
from forgecrew.app.read_secrets import ReadSecrets
from forgecrew.app.settings import Settings
from forgecrew.ports.chat_model import ChatModel
from forgecrew.ports.forge import Forge


class KeptConnections:
    """Made when they are first asked for, and kept until close()."""

    def __init__(self, settings: Settings, secrets: ReadSecrets) -> None:
        self._settings, self._secrets = settings, secrets
        self._forges: dict[str, Forge] = {}
        self._models: dict[str, ChatModel] = {}

    def forge(self, account: str) -> Forge:
        """The forge as an account sees it; the token only reads."""
        if account not in self._forges:
            self._forges[account] = forge_as(self._settings, self._secrets.token(account))
        return self._forges[account]

    def model(self, role: str) -> ChatModel:
        """The model a role thinks with."""
        if role not in self._models:
            self._models[role] = model_of(self._settings, role)
        return self._models[role]

    async def close(self) -> None:
        """Give all connections back."""
        for one in (*self._forges.values(), *self._models.values()):
            await one.close()
