"""Every setting of an installation, as typed values with their meaning and their default.

A key of `forgecrew.toml` is a field here; `[model.roles.<role>]` and `[crew.<role>]` are tables by role. Each single value may
also come from the environment as FORGECREW_<SECTION>_<KEY>, e.g. FORGECREW_SERVER_PORT.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


def within(low: float, high: float) -> dict[str, Any]:
    """Bounds of a number, for the metadata of its field."""
    return {"low": low, "high": high}


def starting_with(*prefixes: str) -> dict[str, Any]:
    """How a text must begin when it is not empty, for the metadata of its field."""
    return {"prefixes": prefixes}


@dataclass(frozen=True, slots=True)
class ForgeSettings:
    """Where the crew lives."""

    kind: str = "gitea"
    """Folder in integrations/ that speaks to it."""
    url: str = field(default="", metadata=starting_with("http://", "https://"))
    """Address of the forge, e.g. http://localhost:3000."""
    repos: tuple[str, ...] = ()
    """Repositories that the crew works on, as owner/name; empty means all that its accounts were added to."""
    poll_seconds: float = field(default=60.0, metadata=within(1, 86_400))
    """Seconds between looks for what webhooks have not told."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where webhooks and people reach us."""

    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = field(default=8430, metadata=within(0, 65535))
    """Port to listen on; 0 takes a free one."""
    public_url: str = field(default="", metadata=starting_with("http://", "https://"))
    """Our address as the forge and the browsers see it; empty means http://<host>:<port>."""
    hook_mib_max: int = field(default=8, metadata=within(1, 256))
    """Largest webhook that is read, in MiB; larger ones are refused and polling brings their news instead."""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model on a server."""

    kind: str = "ollama"
    """Folder in integrations/ that speaks to its server."""
    url: str = field(default="", metadata=starting_with("http://", "https://", "file://"))
    """Address of the server, e.g. http://localhost:11434; for kind "recorded" the file of answers, as file:///path."""
    name: str = ""
    """Name of the model on that server."""
    window: int = field(default=4096, metadata=within(1024, 4_000_000))
    """Tokens that prompt and answer may use together."""
    parallel: int = field(default=1, metadata=within(1, 256))
    """Requests in flight to this server at the same time."""
    api_key_env: str = ""
    """Name of the environment variable that holds the API key; empty means none is sent."""
    timeout_seconds: float = field(default=600.0, metadata=within(1, 86_400))
    """Seconds that one answer may take."""
    record: str = ""
    """File to which every answer is appended, to be replayed by kind "recorded"; empty records nothing."""


@dataclass(frozen=True, slots=True)
class CrewMember:
    """How one role takes part."""

    account: str = ""
    """Login on the forge; empty means the one that role.toml proposes."""
    enabled: bool = True
    """Whether this role works here."""


@dataclass(frozen=True, slots=True)
class WorkSettings:
    """How much is done at once."""

    parallel: int = field(default=2, metadata=within(1, 64))
    """Runs that one `forgecrew work` does at the same time."""


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """What agents' commands run in."""

    kind: str = "bubblewrap"
    """Folder in integrations/ that makes sandboxes."""
    mounts: tuple[str, ...] = ()
    """Folders of this machine that sandboxes see, read-only (toolchains)."""
    path: str = "/usr/local/bin:/usr/bin:/bin"
    """PATH inside."""
    memory_mib: int = field(default=1024, metadata=within(64, 1 << 20))
    """Memory of one sandbox, in MiB."""
    disk_mib: int = field(default=2048, metadata=within(64, 1 << 20))
    """Disk of one workspace, in MiB."""
    cpu: float = field(default=1.0, metadata=within(0.1, 1024))
    """Cores that one sandbox may use."""
    pids: int = field(default=256, metadata=within(16, 65_536))
    """Processes in one sandbox."""
    wall_seconds: float = field(default=300.0, metadata=within(1, 86_400))
    """Seconds that one command may take."""


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where everything is kept."""

    url: str = field(default="", metadata=starting_with("sqlite:///", "postgresql://", "postgres://"))
    """Empty means a SQLite file in the home folder; postgresql://user:password@host/name to scale."""


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
    database: DatabaseSettings = field(default_factory=DatabaseSettings)

    @property
    def database_url(self) -> str:
        """The database in use."""
        return self.database.url or f"sqlite:///{self.home / 'forgecrew.sqlite'}"

    @property
    def public_url(self) -> str:
        """Our address without a slash at its end."""
        host = "127.0.0.1" if self.server.host in ("0.0.0.0", "::") else self.server.host  # noqa: S104 - compared, not bound
        return (self.server.public_url or f"http://{host}:{self.server.port}").rstrip("/")

    def model_of(self, role: str) -> ModelChoice:
        """The model that a role thinks with."""
        return self.model_roles.get(role, self.model)
