"""All sections of one forgecrew.toml as typed values."""

from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections:
    """Whatever the file leaves out has its default. A table inside a section is a field of its own: `egress_repos`."""

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
