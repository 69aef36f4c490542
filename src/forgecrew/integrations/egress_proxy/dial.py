"""Connecting to a checked address, directly or through the proxy that this machine needs."""

import asyncio
from ipaddress import ip_address
from urllib.parse import urlsplit

import h11

from forgecrew.core.host_name import shown_host
from forgecrew.integrations.egress_proxy.http_side import HttpSide
from forgecrew.integrations.egress_proxy.link import Link, Meter

CONNECT_SECONDS = 10.0


async def dial(addresses: list[str], port: int, upstream: str, meter: Meter) -> Link:
    """A link to the first address that answers. Raises OSError with the last reason."""
    problem: Exception = OSError("no address")
    for address in addresses:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                return await (_through(upstream, address, port, meter) if upstream else _straight(address, port, meter))
        except (OSError, h11.RemoteProtocolError) as error:
            problem = error
    raise OSError(str(problem) or "no answer")


async def _straight(address: str, port: int, meter: Meter) -> Link:
    reader, writer = await asyncio.open_connection(address, port)
    peer = writer.get_extra_info("peername")
    if peer is None or ip_address(peer[0]) != ip_address(address):
        writer.close()
        raise OSError("connected to another address than was checked")
    return Link(reader, writer, meter)


async def _through(upstream: str, address: str, port: int, meter: Meter) -> Link:
    proxy = urlsplit(upstream)
    reader, writer = await asyncio.open_connection(proxy.hostname or "", proxy.port or 3128)
    link = Link(reader, writer, meter)
    try:
        side, place = HttpSide(link, server=False), shown_host(address, port)
        await side.send(h11.Request(method="CONNECT", target=place, headers=[("Host", place)]))
        await side.send(h11.EndOfMessage())
        event = await side.next()
        if not isinstance(event, h11.Response) or event.status_code // 100 != 2:
            raise OSError(f"the upstream proxy answered {getattr(event, 'status_code', 'nothing')}")
    except BaseException:
        writer.close()
        raise
    return link
