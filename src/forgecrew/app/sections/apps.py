"""Section [apps]: hosting of what agents made, for people to look at."""

from dataclasses import dataclass, field

from forgecrew.app.sections.bounds import starting_with, within


@dataclass(frozen=True, slots=True)
class AppsSettings:
    """Hosting of what agents made, for people to look at."""

    enabled: bool = True
    """Whether `up` starts the process that hosts apps, and whether the crew offers previews."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = field(default=0, metadata=within(0, 65535))
    """Port to listen on; 0 takes the one after server.port."""
    public_url: str = field(default="", metadata=starting_with("http://", "https://"))
    """Address above all apps as browsers see it; each app is <name>.<its host>. Empty means http://apps.localhost:<port>."""
    ttl_seconds: int = field(default=86_400, metadata=within(1, 366 * 86_400))
    """How long an app is hosted unless it is renewed."""
    idle_seconds: int = field(default=900, metadata=within(1, 86_400))
    """An app that nobody uses for so long is stopped; the next request starts it again."""
    start_seconds: float = field(default=30.0, metadata=within(1, 600))
    """How long an app may take until it listens."""
    per_agent: int = field(default=5, metadata=within(1, 1000))
    """Apps of one colleague, or of people together, at the same time."""
    memory_mib: int = field(default=512, metadata=within(64, 1 << 20))
    """Memory of one app, in MiB."""
    disk_mib: int = field(default=512, metadata=within(16, 1 << 20))
    """Disk of one app, in MiB, for its files and what it writes."""
    memory_share: float = field(default=0.5, metadata=within(0.05, 1.0))
    """Part of this machine's memory that all running apps together may have as their bounds; more of them take turns."""
