"""The settings of one installation: its sections as typed values, and what follows from several of them.

A key of `forgecrew.toml` is a field of a section; `[model.roles.<role>]` and `[crew.<role>]` are tables by role,
`[sandbox.profiles.<name>]` by profile, `[memory.neo4j]` a table inside. Each
single value may also come from the environment as FORGECREW_<SECTION>_<KEY>, e.g. FORGECREW_SERVER_PORT.
"""

from dataclasses import dataclass, field
from pathlib import Path

from forgecrew.app.sections.apps import AppsSettings
from forgecrew.app.sections.crew import CrewMember
from forgecrew.app.sections.database import DatabaseSettings
from forgecrew.app.sections.egress import EgressCredential, EgressSettings, RepoEgress
from forgecrew.app.sections.forge import ForgeSettings
from forgecrew.app.sections.memory import MemorySettings
from forgecrew.app.sections.model import ModelChoice
from forgecrew.app.sections.neo4j import Neo4jSettings
from forgecrew.app.sections.sandbox import ProfileSettings, SandboxSettings
from forgecrew.app.sections.server import ServerSettings
from forgecrew.app.sections.work import WorkSettings


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one installation; `home` is its folder and `file` its forgecrew.toml."""

    home: Path
    file: Path
    forge: ForgeSettings = field(default_factory=ForgeSettings)
    server: ServerSettings = field(default_factory=ServerSettings)
    model: ModelChoice = field(default_factory=ModelChoice)
    model_roles: dict[str, ModelChoice] = field(default_factory=dict[str, ModelChoice])
    crew: dict[str, CrewMember] = field(default_factory=dict[str, CrewMember])
    work: WorkSettings = field(default_factory=WorkSettings)
    sandbox: SandboxSettings = field(default_factory=SandboxSettings)
    sandbox_profiles: dict[str, ProfileSettings] = field(default_factory=dict[str, ProfileSettings])
    apps: AppsSettings = field(default_factory=AppsSettings)
    egress: EgressSettings = field(default_factory=EgressSettings)
    egress_repos: dict[str, RepoEgress] = field(default_factory=dict[str, RepoEgress])
    egress_credentials: dict[str, EgressCredential] = field(default_factory=dict[str, EgressCredential])
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    memory: MemorySettings = field(default_factory=MemorySettings)
    memory_neo4j: Neo4jSettings = field(default_factory=Neo4jSettings)

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
