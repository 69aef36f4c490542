"""Section [server]: where webhooks and people reach us."""

from dataclasses import dataclass, field

from forgecrew.app.sections.bounds import starting_with, within


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where webhooks and people reach us."""

    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = field(default=8430, metadata=within(0, 65535))
    """Port to listen on; 0 takes a free one."""
    public_url: str = field(default="", metadata=starting_with("http://", "https://"))
    """Our address as the forge and the browsers see it; empty means http://<host>:<port>."""
    hook_mib_max: int = field(default=16, metadata=within(1, 256))
    """Largest webhook that is read, in MiB: a comment of 10 MB comes with its issue, and more of it is escaped. Larger ones are
    refused, and polling brings what calls the crew instead."""
