"""What a sandbox may reach outside: destinations, the policy made of them, and what was decided about one wish."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network

from forgecrew.core.address import is_internal
from forgecrew.core.host_name import address_of, authority_of, shown_host

WEB_PORTS = (80, 443)
NOT_LISTED = "not in the allow-list"
INTERNAL = "an internal address"


@dataclass(frozen=True, slots=True)
class Destination:
    """One entry of an allow-list: a host, all hosts beneath one (`*.example.org`), or a network; and ports."""

    pattern: str
    ports: tuple[int, ...] = WEB_PORTS
    network: IPv4Network | IPv6Network | None = None

    def holds(self, host: str, port: int) -> bool:
        """Whether it allows a host in normal form, name or address, on a port."""
        if port not in self.ports:
            return False
        address = address_of(host)
        if self.network is not None or address is not None:
            return self.network is not None and address is not None and address in self.network
        if self.pattern.startswith("*."):
            return host.endswith(self.pattern[1:])
        return host == self.pattern

    def covers(self, other: "Destination") -> bool:
        """Whether everything that the other one allows is allowed by this one."""
        if not set(other.ports) <= set(self.ports):
            return False
        if self.network is not None or other.network is not None:
            one, two = self.network, other.network
            return one is not None and two is not None and one.version == two.version and two.subnet_of(one)  # type: ignore[arg-type]
        inner = other.pattern.removeprefix("*")
        return self.pattern == other.pattern or (self.pattern.startswith("*.") and inner.endswith(self.pattern[1:]))


def destination(text: str) -> Destination:
    """Read `host`, `*.host`, an address or network, each with or without `:port`. Raises ValueError with the reason."""
    place, slash, bits = text.strip().partition("/")
    bits, colon, port = bits.rpartition(":") if ":" in bits else (bits, "", "")
    if slash:
        network = ip_network(f"{place.strip('[]')}/{bits.strip('[]')}")
        return Destination(str(network), _ports(port) if colon else WEB_PORTS, network)
    if place.count(":") > 1 and not place.startswith("["):
        place = f"[{place}]"
    wild = place.startswith("*.")
    host, found = authority_of(place.removeprefix("*."), 0xFFFF)
    named = place.rpartition("]")[2].partition(":")[2]
    ports = (found,) if named else WEB_PORTS
    if (address := address_of(host)) is not None:
        if wild:
            raise ValueError("an address has no hosts beneath it")
        return Destination(str(address), ports, ip_network(address))
    return Destination(f"*.{host}" if wild else host, ports)


def _ports(text: str) -> tuple[int, ...]:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise ValueError(f"{text!r} is no port")
    return (int(text),)


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


@dataclass(frozen=True, slots=True)
class EgressDecision:
    """One wish of a sandbox and what became of it; `reason` is empty when it was allowed."""

    sandbox_id: str
    host: str
    port: int
    reason: str = ""

    @property
    def place(self) -> str:
        """`host:port`."""
        return shown_host(self.host, self.port) if self.port else self.host


def told(decisions: Sequence[EgressDecision]) -> str:
    """Refusals in the words that an agent reads, one line each, doubles left out."""
    lines = dict.fromkeys(f"refused: {one.place} ({one.reason}{_advice(one.reason)})" for one in decisions if one.reason)
    return "\n".join(lines)


def _advice(reason: str) -> str:
    return "; ask a person to allow it, or do without" if reason == NOT_LISTED or reason.startswith("port ") else ""
