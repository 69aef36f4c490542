"""Host names and addresses as clients write them, brought into the one form that is compared and connected to."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_AUTHORITY = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::([0-9]{1,5}))?")


def host_of(text: str) -> str:
    """A name in lower case without its last dot, or an address as Python writes it (IPv6 without brackets).

    Raises ValueError with the reason for everything that different readers could read differently: other spellings of
    addresses (decimal, octal, hexadecimal, short), zones, other alphabets, control characters.
    """
    if text.startswith("[") and text.endswith("]"):
        try:
            return str(IPv6Address(_plain(text[1:-1])))
        except ValueError:
            raise ValueError("not an IPv6 address") from None
    name = _plain(text).lower().removesuffix(".")
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        try:
            return str(IPv4Address(name))
        except ValueError:
            raise ValueError("an odd spelling of an address") from None
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError("not a host name")
    return name


def authority_of(text: str, default_port: int | None = None) -> tuple[str, int]:
    """Host and port of `host:port`. Raises ValueError with the reason; a missing port is one without a default."""
    found = _AUTHORITY.fullmatch(text)
    if found is None:
        raise ValueError("not of the form host:port")
    port = int(found[2]) if found[2] else default_port
    if port is None or not 0 < port < 65536:
        raise ValueError("no valid port")
    return host_of(found[1]), port


def address_of(host: str) -> Address | None:
    """The address that a host in normal form is, None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def shown_host(host: str, port: int) -> str:
    """`host:port` for people, brackets around IPv6."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _plain(text: str) -> str:
    if not text.isascii() or "%" in text:
        raise ValueError("not a host name")
    return text
