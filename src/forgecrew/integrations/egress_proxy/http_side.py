"""One side of HTTP/1.1 over a link: what is read is parsed strictly, what is sent is written anew."""

from typing import Any

import h11

from forgecrew.integrations.egress_proxy.link import Link

HEAD_BYTES_MAX = 64 << 10
_HOP = frozenset(
    (
        b"connection", b"keep-alive", b"proxy-connection", b"proxy-authorization", b"proxy-authenticate", b"te", b"trailer",
        b"transfer-encoding", b"upgrade", b"expect", b"http2-settings",
    )
)  # fmt: skip
Headers = list[tuple[bytes, bytes]]


class HttpSide:
    """h11 with a link below; raises h11.RemoteProtocolError for what the other side sent wrongly."""

    def __init__(self, link: Link, *, server: bool) -> None:
        self.link = link
        self.connection = h11.Connection(h11.SERVER if server else h11.CLIENT, max_incomplete_event_size=HEAD_BYTES_MAX)

    async def next(self) -> Any:
        """The next event."""
        while (event := self.connection.next_event()) is h11.NEED_DATA:
            if self.connection.they_are_waiting_for_100_continue:
                await self.send(h11.InformationalResponse(status_code=100, headers=[]))
            self.connection.receive_data(await self.link.receive())
        return event

    async def send(self, event: Any) -> None:
        """Send one event."""
        data: Any = self.connection.send(event)  # type: ignore[misc] - h11 leaves its type open
        await self.link.send(bytes(data) if data else b"")  # type: ignore[misc]

    @property
    def rest(self) -> bytes:
        """What was received behind a message that ended the HTTP."""
        return self.connection.trailing_data[0]


def carried(headers: Any) -> Headers:
    """Headers without those that are about one connection alone."""
    pairs: Headers = [(bytes(name).lower(), bytes(value)) for name, value in headers]
    named = {word.strip().lower() for name, value in pairs if name == b"connection" for word in value.split(b",")}
    return [(name, value) for name, value in pairs if name not in _HOP and name not in named]
