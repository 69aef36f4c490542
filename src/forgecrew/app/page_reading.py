"""Reading pages of memory as settings and secrets tell: through the eyes of every account that has a read token."""

from forgecrew.app.connect_forge import forge_as
from forgecrew.app.read_secrets import ReadSecrets
from forgecrew.app.settings import Settings
from forgecrew.kernel.page_reading import PageReading
from forgecrew.store.database import Database


class Pages:
    """The part `run` with connections of its own."""

    def __init__(self, settings: Settings, secrets: ReadSecrets, database: Database) -> None:
        self._forges = {login: forge_as(settings, token) for login, token in secrets.tokens.items()}
        eyes = {login: forge.repositories for login, forge in self._forges.items()}
        self.run = PageReading(database, eyes, source=settings.forge.kind).run

    async def close(self) -> None:
        """Give connections back."""
        for forge in self._forges.values():
            await forge.close()
