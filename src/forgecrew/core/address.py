"""Which addresses are inside: this machine, its networks, and every form that leads there."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_INSIDE_4 = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # a metadata service behind an address that looks public
    )
)  # fmt: skip
_GLOBAL_6 = ip_network("2000::/3")
"""Everything else is private, local, multicast, or another form of an IPv4 address (mapped, compatible, NAT64)."""
_INSIDE_6 = tuple(ip_network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
"""Teredo and other tunnels, examples, 6to4: forms that hold an IPv4 address, or nobody's."""


def is_internal(address: str) -> bool:
    """Whether an address must not be reached from a sandbox unless the operator names its network."""
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        return found not in _GLOBAL_6 or any(found in network for network in _INSIDE_6)
    return any(found in network for network in _INSIDE_4) or not _is_global(found)


def _is_global(address: IPv4Address) -> bool:
    return address.is_global and not address.is_multicast
