"""A tunnel: bytes pass untouched, after the first message has shown that TLS inside goes to the same host."""

import asyncio
from collections.abc import Awaitable, Callable

from forgecrew.core.host_name import address_of
from forgecrew.integrations.egress_proxy.client_hello import NotTls, named_host
from forgecrew.integrations.egress_proxy.link import IDLE_SECONDS, Link, carry
from forgecrew.integrations.egress_proxy.wish import Wish

Refuse = Callable[[str, int, str], Awaitable[None]]


async def tunnel(client: Link, server: Link, wish: Wish, first: bytes, refuse: Refuse) -> None:
    """Carry both directions until either ends. A name in TLS that is not the tunnel's is refused through `refuse`."""

    async def outwards() -> None:
        await server.send(await _first_message(client, wish, first, refuse))
        await carry(client, server)

    directions = [asyncio.ensure_future(outwards()), asyncio.ensure_future(carry(server, client))]
    try:
        waiting, carried = set(directions), -1
        while waiting and carried != (carried := client.meter.left_bytes):
            done, waiting = await asyncio.wait(waiting, timeout=IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()
    finally:
        for one in directions:
            one.cancel()
        await asyncio.gather(*directions, return_exceptions=True)


async def _first_message(client: Link, wish: Wish, data: bytes, refuse: Refuse) -> bytes:
    """The client's first bytes, checked: with another name one would reach another site behind the same address."""
    while True:
        try:
            host = named_host(data)
        except NotTls:
            if wish.port == 443:
                await refuse(wish.host, wish.port, "something else than TLS to port 443")
            return data
        if host is not None:
            break
        block = await client.receive()
        if not block:
            return data
        data += block
    if host != wish.host and not (address_of(wish.host) is not None and not host):
        await refuse(host or "(no name)", wish.port, f"TLS to another name inside a tunnel to {wish.host}")
    return data
