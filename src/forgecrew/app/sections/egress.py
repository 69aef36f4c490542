"""Sections [egress], [egress.repos."owner/name"] and [egress.credentials.<name>]: what sandboxes may reach outside."""

from dataclasses import dataclass, field

from forgecrew.app.sections.bounds import starting_with, within


@dataclass(frozen=True, slots=True)
class RepoEgress:
    """What sandboxes may reach; entries are `host`, `*.host`, an address or network in CIDR form, each also with `:port`."""

    allow: tuple[str, ...] = ()
    """May be reached. Ports are 80 and 443 unless named; addresses inside our own networks only when named as a network."""
    presets: tuple[str, ...] = ()
    """"packages": the hosts that the package clients (pip, npm, Go, cargo, Maven) of this machine are set to."""
    permit: tuple[str, ...] = ()
    """What a repository may ask for by itself in `.forgecrew/egress.toml`."""


@dataclass(frozen=True, slots=True)
class EgressSettings(RepoEgress):
    """For all repositories; those of one repository are added. Empty: no way out at all."""

    packages: tuple[str, ...] = ()
    """Hosts that the preset "packages" adds, for clients that cannot be asked, and for hosts that hold an index's files."""
    upstream: str = field(default="", metadata=starting_with("http://"))
    """A proxy that this machine needs to reach the outside."""
    upstream_resolves: bool = False
    """Names go to that proxy unresolved; refusing internal addresses is then its matter."""
    ca_file: str = ""
    """Certificates to trust beside those of the system, for servers with an authority of your own."""
    mib_max: int = field(default=4096, metadata=within(1, 1 << 20))
    """What one run may exchange with the outside, in MiB."""
    connections_max: int = field(default=64, metadata=within(1, 1024))
    """Connections of one sandbox at once."""
    seconds_max: float = field(default=1800.0, metadata=within(1, 86_400))
    """Seconds that one connection may take."""


@dataclass(frozen=True, slots=True)
class EgressCredential:
    """A header that our proxy adds, outside the sandbox, to requests to one place."""

    url: str = field(default="", metadata=starting_with("http://", "https://"))
    """Scheme, host, port and path; what lies beneath that path gets it too."""
    header: str = "Authorization"
    """Its name. Its value, whole, is the secret of this credential's name: in [egress] of secrets/read/tokens.toml."""
    secret_env: str = ""
    """Name of an environment variable that holds the value instead."""
    repos: tuple[str, ...] = ()
    """Repositories whose sandboxes use it; empty means all that may reach the host."""
