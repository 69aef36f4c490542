"""Entries of an allow-list: where a sandbox may go."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from forgecrew.core.host_name import address_of, authority_of

WEB_PORTS = (80, 443)


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
