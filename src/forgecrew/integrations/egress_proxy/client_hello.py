"""The host that a TLS client names in its first message, so that a tunnel leads where it was opened to."""

RECORD_HANDSHAKE, CLIENT_HELLO, SERVER_NAME = 0x16, 0x01, 0x0000
HELLO_BYTES_MAX = 64 << 10


class NotTls(Exception):
    """These bytes are not the first message of a TLS client."""


def named_host(data: bytes) -> str | None:
    """The name in lower case, empty when there is none; None when more bytes are needed. Raises NotTls."""
    if data[:1] and data[0] != RECORD_HANDSHAKE:
        raise NotTls
    message, place = b"", 0
    while len(data) >= place + 5:
        if data[place] != RECORD_HANDSHAKE:
            raise NotTls
        length = int.from_bytes(data[place + 3 : place + 5])
        message += data[place + 5 : place + 5 + length]
        place += 5 + length
        if place > len(data):
            break
    if message[:1] and message[0] != CLIENT_HELLO:
        raise NotTls
    if len(message) < 4 or len(message) < 4 + int.from_bytes(message[1:4]):
        if len(data) > HELLO_BYTES_MAX:
            raise NotTls
        return None
    try:
        return _server_name(message[4 : 4 + int.from_bytes(message[1:4])])
    except (IndexError, UnicodeDecodeError):
        raise NotTls from None


def _server_name(hello: bytes) -> str:
    _, rest = _cut(hello[34:], 1)  # behind version and random: the old way to resume
    _, rest = _cut(rest, 2)  # ciphers
    _, rest = _cut(rest, 1)  # compression
    extensions, _ = _cut(rest, 2) if rest else (b"", b"")
    while extensions:
        kind = int.from_bytes(extensions[:2])
        body, extensions = _cut(extensions[2:], 2)
        if kind == SERVER_NAME:
            names, _ = _cut(body, 2)
            name, more = _cut(names[1:], 2)
            if more or names[0] != 0:
                raise IndexError("one name of the kind host_name is what clients send")
            return name.decode("ascii").lower().removesuffix(".")
    return ""


def _cut(data: bytes, size: int) -> tuple[bytes, bytes]:
    """What a length of so many bytes announces, and the rest."""
    if len(data) < size or len(data) < size + (length := int.from_bytes(data[:size])):
        raise IndexError("shorter than it says")
    return data[size : size + length], data[size + length :]
