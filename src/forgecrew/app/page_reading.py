"""What `serve` fetches for memory by settings and secrets: pages, wikis, attachments, as every account with a read token."""

from forgecrew.app.connect_forge import forge_as, history_as
from forgecrew.app.read_secrets import ReadSecrets
from forgecrew.app.settings import Settings
from forgecrew.kernel.attachment_reading import AttachmentReading
from forgecrew.kernel.page_reading import PageReading
from forgecrew.kernel.wiki_reading import WikiEye, WikiReading
from forgecrew.store.database import Database


class Pages:
    """The parts `run` (pages), `wikis` and `attachments`, with connections of their own."""

    def __init__(self, settings: Settings, secrets: ReadSecrets, database: Database) -> None:
        self._forges = {login: forge_as(settings, token) for login, token in secrets.tokens.items()}
        eyes = {login: forge.repositories for login, forge in self._forges.items()}
        self.run = PageReading(database, eyes, source=settings.forge.kind).run
        self._histories = {login: history_as(settings, token) for login, token in secrets.tokens.items()}
        wikis = {login: WikiEye(eyes[login].repos, history) for login, history in self._histories.items()}
        self.wikis = WikiReading(database, wikis, source=settings.forge.kind, only=settings.forge.repos).run
        files = {login: forge.attachments for login, forge in self._forges.items()}
        self.attachments = AttachmentReading(database, files).run

    async def close(self) -> None:
        """Give connections back."""
        for one in (*self._forges.values(), *self._histories.values()):
            await one.close()
