"""The settings of one installation: what its file says, where it lies, and what follows from several sections."""

from dataclasses import dataclass
from pathlib import Path

from forgecrew.app.sections.model import ModelChoice
from forgecrew.app.sections.whole_file import Sections


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Sections):
    """All settings of one installation; `home` is its folder and `file` its forgecrew.toml."""

    home: Path
    file: Path

    @property
    def database_url(self) -> str:
        """The database in use."""
        return self.database.url or f"sqlite:///{self.home / 'forgecrew.sqlite'}"

    @property
    def public_url(self) -> str:
        """Our address without a slash at its end."""
        host = "127.0.0.1" if self.server.host in ("0.0.0.0", "::") else self.server.host  # noqa: S104 - compared, not bound
        return (self.server.public_url or f"http://{host}:{self.server.port}").rstrip("/")

    @property
    def apps_port(self) -> int:
        """The port on which apps are served."""
        return self.apps.port or self.server.port + 1

    @property
    def apps_url(self) -> str:
        """The address above all apps without a slash at its end."""
        return (self.apps.public_url or f"http://apps.localhost:{self.apps_port}").rstrip("/")

    def model_of(self, role: str) -> ModelChoice:
        """The model that a role thinks with."""
        return self.model_roles.get(role, self.model)
