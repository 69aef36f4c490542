"""What a sandbox may reach outside: the policy, and the credentials that are added on the way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from forgecrew.core.address import is_internal
from forgecrew.core.destination import Destination
from forgecrew.core.egress_decision import INTERNAL, NOT_LISTED
from forgecrew.core.host_name import address_of


@dataclass(frozen=True, slots=True)
class Credential:
    """A header that is added to requests to exactly one scheme, host, port and path (with what is beneath it)."""

    name: str
    scheme: str
    host: str
    port: int
    path: str
    header: str
    value: str = field(repr=False)

    def fits(self, scheme: str, host: str, port: int, path: str) -> bool:
        """Whether a request is for it; the path is plain, without dots, doubled slashes or encoded ones."""
        if (scheme, host, port) != (self.scheme, self.host, self.port):
            return False
        whole = path.partition("?")[0]
        return self.path == "/" or whole == self.path.rstrip("/") or whole.startswith(self.path.rstrip("/") + "/")


@dataclass(frozen=True, slots=True)
class EgressPolicy:
    """What one sandbox may reach. `packages` adds the hosts that the package clients of this machine are set to."""

    allowed: tuple[Destination, ...] = ()
    credentials: tuple[Credential, ...] = ()
    packages: bool = False

    @property
    def closed(self) -> bool:
        """Whether nothing is allowed at all."""
        return not self.allowed and not self.packages

    def credentials_at(self, scheme: str, host: str, port: int) -> tuple[Credential, ...]:
        """The credentials of a place, whatever their paths."""
        return tuple(one for one in self.credentials if (one.scheme, one.host, one.port) == (scheme, host, port))

    def objection(self, host: str, port: int) -> str:
        """Why a host in normal form must not be reached, before it is resolved; empty when it may."""
        if any(one.holds(host, port) for one in self.allowed):
            return ""
        if address_of(host) is not None and is_internal(host):
            return INTERNAL
        elsewhere = next((one for one in self.allowed if one.holds(host, one.ports[0])), None)
        if elsewhere is not None:
            return f"port {port} is not allowed, only {', '.join(map(str, elsewhere.ports))}"
        return NOT_LISTED

    def address_objection(self, addresses: Sequence[str], port: int, internal: Callable[[str], bool] = is_internal) -> str:
        """Why the addresses that an allowed name has must not be connected to; one that is inside spoils them all."""
        if not addresses:
            return "it does not resolve"
        named = [one for one in self.allowed if one.network is not None]
        inside = [one for one in addresses if internal(one) and not any(net.holds(one, port) for net in named)]
        return f"{INTERNAL} ({inside[0]})" if inside else ""
